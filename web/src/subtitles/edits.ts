/** What can be done with cues. Pure: each answers new subtitles, and which cue to go on with. */
import { type Cue, EMPTY, inOrder, newId, type Subtitles } from './vtt';

export interface Edited {
  doc: Subtitles;
  /** The cue that the focus belongs to; null where none is left. */
  goTo: number | null;
}

/** How long a new cue stands. */
const LONG = 2000;
/** Nothing shorter is left of a cue. */
const SHORT = 1;

const withCues = (doc: Subtitles, cues: Cue[]): Subtitles => ({ ...doc, cues });

export function change(doc: Subtitles, id: number, to: Partial<Cue>): Subtitles {
  const cues = doc.cues.map((cue) => (cue.id === id ? { ...cue, ...to } : cue));
  return withCues(doc, to.start === undefined ? cues : inOrder(cues));
}

export function nudge(doc: Subtitles, id: number, edge: 'start' | 'end', by: number): Subtitles {
  const cue = doc.cues.find((one) => one.id === id);
  return cue ? change(doc, id, { [edge]: Math.max(0, cue[edge] + by) }) : doc;
}

/** All of them, or those from a cue on. What would begin before the film keeps its length. */
export function shift(doc: Subtitles, by: number, from: number | null): Subtitles {
  const first = from === null ? 0 : doc.cues.findIndex((cue) => cue.id === from);
  const cues = doc.cues.map((cue, index) => {
    if (index < first || first < 0) return cue;
    const start = Math.max(0, cue.start + by);
    return { ...cue, start, end: start + (cue.end - cue.start) };
  });
  return withCues(doc, inOrder(cues));
}

/** Behind a cue, in the gap before the next one. */
export function insertAfter(doc: Subtitles, id: number): Edited {
  const at = doc.cues.findIndex((cue) => cue.id === id);
  const start = doc.cues[at]?.end ?? 0;
  return placed(doc, at + 1, start);
}

/** At a moment of the film. */
export function insertAt(doc: Subtitles, start: number): Edited {
  const at = doc.cues.findIndex((cue) => cue.start > start);
  return placed(doc, at < 0 ? doc.cues.length : at, start);
}

function placed(doc: Subtitles, at: number, start: number): Edited {
  const next = doc.cues[at]?.start ?? Infinity;
  const end = next - start >= 500 ? Math.min(start + LONG, next) : start + LONG;
  const cue: Cue = { id: newId(), start, end, text: '', settings: '', name: '', above: [] };
  return { doc: withCues(doc, inOrder(doc.cues.toSpliced(at, 0, cue))), goTo: cue.id };
}

/** The one below takes the focus, or the one above. Notes above it remain. */
export function remove(doc: Subtitles, id: number): Edited {
  const at = doc.cues.findIndex((cue) => cue.id === id);
  if (at < 0) return { doc, goTo: id };
  const above = doc.cues[at]?.above ?? [];
  const next = doc.cues[at + 1];
  const cues = doc.cues.toSpliced(at, 1);
  if (next && above.length) cues[at] = { ...next, above: [...above, ...next.above] };
  const below = next ? doc.below : [...above, ...doc.below];
  return { doc: { ...doc, cues, below }, goTo: cues[Math.min(at, cues.length - 1)]?.id ?? null };
}

/** At the caret, and where the film is if that is within the cue. The second half goes on. */
export function split(doc: Subtitles, id: number, caret: number | null, now: number): Edited {
  const at = doc.cues.findIndex((cue) => cue.id === id);
  const cue = doc.cues[at];
  if (!cue || cue.end - cue.start < 2 * SHORT) return { doc, goTo: id };
  const where = placeIn(cue.text, caret);
  const share = cue.text.length ? where / cue.text.length : 0.5;
  const inside = now >= cue.start + SHORT && now <= cue.end - SHORT;
  const middle = inside ? now : Math.round(cue.start + share * (cue.end - cue.start));
  const cut = Math.min(cue.end - SHORT, Math.max(cue.start + SHORT, middle));
  const first = { ...cue, end: cut, text: cue.text.slice(0, where).trimEnd() };
  const text = cue.text.slice(where).trimStart();
  const second: Cue = { ...cue, id: newId(), start: cut, text, name: '', above: [] };
  return { doc: withCues(doc, inOrder(doc.cues.toSpliced(at, 1, first, second))), goTo: second.id };
}

/** The caret, unless it is at an end: then the gap between words that is nearest to the middle. */
function placeIn(text: string, caret: number | null): number {
  if (caret !== null && text.slice(0, caret).trim() && text.slice(caret).trim()) return caret;
  const middle = text.length / 2;
  const gaps = [...text.trimEnd().matchAll(/\s+/g)]
    .map(({ index }) => index)
    .filter((gap) => gap > 0);
  return gaps.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? text.length;
}

/** With the one below. */
export function join(doc: Subtitles, id: number): Edited {
  const at = doc.cues.findIndex((cue) => cue.id === id);
  const [cue, next] = [doc.cues[at], doc.cues[at + 1]];
  if (!cue || !next) return { doc, goTo: id };
  const text = [cue.text, next.text].filter((one) => one.trim()).join('\n');
  const above = [...cue.above, ...next.above];
  const joined = { ...cue, end: Math.max(cue.end, next.end), text, above };
  return { doc: withCues(doc, doc.cues.toSpliced(at, 2, joined)), goTo: id };
}

/** The same cues stay the same: where one stands open, or is drawn, it goes on to be. */
export function matched(before: Subtitles, after: Subtitles): Subtitles {
  const known = new Map(before.cues.map((cue) => [contentOf(cue), cue]));
  const taken = new Set<number>();
  const cues = after.cues.map((cue) => {
    const same = known.get(contentOf(cue));
    if (!same || taken.has(same.id)) return cue;
    taken.add(same.id);
    return same;
  });
  const all = cues.map((cue, at) => renamed(cue, before, after, at, taken));
  const same = all.length === before.cues.length && all.every((cue, at) => cue === before.cues[at]);
  return same && after.head === before.head && after.below.join() === before.below.join()
    ? before
    : withCues(after, all);
}

const contentOf = (cue: Cue): string => JSON.stringify({ ...cue, id: 0 });

/** One that was written over in its place is still the same one. */
function renamed(
  cue: Cue,
  before: Subtitles,
  after: Subtitles,
  at: number,
  taken: Set<number>,
): Cue {
  const there = before.cues[at];
  const isNew = !taken.has(cue.id);
  if (!there || !isNew || taken.has(there.id) || before.cues.length !== after.cues.length)
    return cue;
  taken.add(there.id);
  return { ...cue, id: there.id };
}

/** For another language: the times and texts, to be written over. */
export const copyOf = (doc: Subtitles): Subtitles => ({
  ...EMPTY,
  cues: doc.cues.map((cue) => ({ ...cue, id: newId() })),
});
