/** Recipes are written with_underscores in YAML and withHumps in GraphQL. */
import type { Path } from './problems';

const camel = (name: string) =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** As `savePreset` takes it: null is the same as nothing. */
export function asInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asInput);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => [camel(name), asInput(item)]),
  );
}

/** Where in the recipe the server says the fault is; null for what is not in it. */
export function pathOfField(field: readonly string[] | null): Path | null {
  if (field?.[1] !== 'recipe') return null;
  return field.slice(2).map((word) => (/^\d+$/.test(word) ? Number(word) : snake(word)));
}
