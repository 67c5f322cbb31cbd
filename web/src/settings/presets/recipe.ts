/** A recipe as text: read, checked, and changed at one place with all else left as it is. */
import { Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { messages } from '../../messages';
import { type Path, type Problem, problemsOf } from './problems';
import { pruned } from './schema';

export interface LineProblem extends Problem {
  /** Of the text, from 1. */
  line: number;
}

export interface Reading {
  /** Null when the text is no YAML, or no list of names and values. */
  recipe: Record<string, unknown> | null;
  problems: LineProblem[];
}

const OPTIONS = { lineWidth: 100 } as const;

export function read(text: string): Reading {
  const lines = new LineCounter();
  const found = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = found.errors[0];
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    return { recipe: null, problems: [{ path: [], line, text: broken.message }] };
  }
  if (found.contents !== null && !isMap(found.contents))
    return { recipe: null, problems: [{ path: [], line: 1, text: messages.presets.wrong.noMap }] };
  const recipe = plain(found);
  if (recipe === null)
    return { recipe, problems: [{ path: [], line: 1, text: messages.presets.wrong.other }] };
  const line = (path: Path) => lineOf(found, lines, path);
  return {
    recipe,
    problems: problemsOf(recipe).map(({ path, text: why }) => ({
      path,
      text: why,
      line: line(path),
    })),
  };
}

/** Null where references of the YAML make it larger than anything sensible. */
function plain(found: Document.Parsed): Record<string, unknown> | null {
  try {
    return (found.toJS() ?? {}) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The line of a place, or of what it would stand in. */
function lineOf(found: Document.Parsed, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const holder = found.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(holder) ? holder.items.find((one) => String(one.key) === key) : undefined;
    const node: unknown = pair?.key ?? found.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

export function valueAt(recipe: unknown, path: Path): unknown {
  let here = recipe;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

/** The text with another value at a place; undefined takes it away. Comments stay. */
export function changed(text: string, path: Path, value: unknown): string {
  const found = parseDocument(text);
  if (value === undefined) found.deleteIn(path);
  else {
    const holder = found.getIn(path.slice(0, -1), true);
    // What was `{}` grows downwards, as people write it.
    if (isMap(holder) && holder.items.length === 0) holder.flow = false;
    // A plain value is put into the place of the old one, whose comment stays.
    found.setIn(path, typeof value === 'object' ? found.createNode(value) : value);
  }
  return found.contents === null || (isMap(found.contents) && found.contents.items.length === 0)
    ? ''
    : found.toString(OPTIONS);
}

/** What the API has answered, as short as it can be said. */
export function textOf(recipe: unknown): string {
  return new Document(pruned(recipe)).toString(OPTIONS);
}
