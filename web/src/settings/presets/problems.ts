/** What is wrong in a recipe, each at its place. Nothing is compiled: the page forbids `eval`. */
import { type OutputUnit, type Schema as Checked, Validator } from '@cfworker/json-schema';
import { messages } from '../../messages';
import { SCHEMA } from './schema';

export type Path = (string | number)[];

export interface Problem {
  path: Path;
  text: string;
}

const texts = messages.presets.wrong;
const validator = new Validator(SCHEMA as Checked, '2020-12', false);

export function problemsOf(recipe: unknown): Problem[] {
  const { errors } = validator.validate(recipe);
  return errors.flatMap((error) => {
    const text = textOf(error);
    return text === null ? [] : [{ path: pathOf(error.instanceLocation), text }];
  });
}

export const samePath = (one: Path, other: Path) => one.join('/') === other.join('/');

/** `#/ladder/rungs/0` as `ladder`, `rungs`, 0. */
const pathOf = (location: string): Path => words(location).map((word) => numbered(word));

const words = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((word) => decodeURIComponent(word).replaceAll('~1', '/').replaceAll('~0', '~'));

const numbered = (word: string) => (/^\d+$/.test(word) ? Number(word) : word);

/** Null for those that only say that something below them is wrong. */
function textOf({ keyword, keywordLocation }: OutputUnit): string | null {
  const wanted = ruleAt(keywordLocation);
  switch (keyword) {
    case 'false':
      return texts.unknown;
    case 'type':
      return wanted === 'null' ? null : (texts.types[String(wanted)] ?? texts.other);
    case 'enum':
      return texts.oneOf((wanted as unknown[]).join(', '));
    case 'required':
      return texts.missing((wanted as string[]).join(', '));
    case 'minimum':
    case 'maximum':
    case 'multipleOf':
    case 'maxItems':
    case 'minLength':
    case 'maxLength':
      return texts[keyword](Number(wanted));
    case 'pattern':
      return texts.pattern;
    default:
      return null;
  }
}

/** The value of the rule that was broken. The way to it goes through references. */
function ruleAt(location: string): unknown {
  let here: unknown = SCHEMA;
  for (const word of words(location)) {
    here = (here as Record<string, unknown> | undefined)?.[word];
    if (word === '$ref') here = SCHEMA.$defs?.[String(here).split('/').at(-1) ?? ''];
  }
  return here;
}
