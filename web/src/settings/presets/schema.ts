/** What a recipe may say, as the server's own types describe it. */
import document from '../../../../schema/jsonschema/Recipe.json';

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  default?: unknown;
}

export const SCHEMA = document as Schema;

/** The words of an enumeration. */
export const choicesOf = (name: string): string[] => (SCHEMA.$defs?.[name]?.enum ?? []).map(String);

/** Follows references, and takes what a value may be beside null. */
function resolved(schema: Schema | undefined): Schema {
  if (!schema) return {};
  if (schema.$ref) return resolved(SCHEMA.$defs?.[schema.$ref.split('/').at(-1) ?? '']);
  if (schema.anyOf) return resolved(schema.anyOf.find((one) => one.type !== 'null'));
  return schema;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A value without all that it would be anyway: what the API answers names every default. */
export function pruned(value: unknown, schema: Schema = SCHEMA): unknown {
  const shape = resolved(schema);
  if (Array.isArray(value)) return value.map((item) => pruned(item, shape.items));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name, item]) => {
    const known = shape.properties?.[name];
    return item !== null && !(known && 'default' in known && same(known.default, item));
  });
  return Object.fromEntries(
    kept.map(([name, item]) => [name, pruned(item, shape.properties?.[name])]),
  );
}
