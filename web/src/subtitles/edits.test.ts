import { expect, test } from 'vitest';
import { change, insertAfter, insertAt, join, matched, nudge, remove, shift, split } from './edits';
import { EMPTY, newId, type Subtitles } from './vtt';

const doc = (
  ...cues: [start: number, end: number, text: string, above?: string[]][]
): Subtitles => ({
  ...EMPTY,
  cues: cues.map(([start, end, text, above = []]) => ({
    id: newId(),
    start,
    end,
    text,
    above,
    settings: 'line:0',
    name: '',
  })),
});
const idAt = ({ cues }: Subtitles, index: number): number => cues[index]?.id ?? -1;
const flat = ({ cues }: Subtitles) => cues.map(({ start, end, text }) => [start, end, text]);

test('a cue that is moved behind another stands behind it', () => {
  const two = doc([1000, 2000, 'a'], [3000, 4000, 'b']);
  expect(flat(change(two, idAt(two, 0), { start: 3500 })).map(([, , text]) => text)).toEqual([
    'b',
    'a',
  ]);
  expect(flat(nudge(two, idAt(two, 0), 'end', 100))[0]).toEqual([1000, 2100, 'a']);
  expect(flat(nudge(two, idAt(two, 0), 'start', -9000))[0]).toEqual([0, 2000, 'a']);
});

test('times are shifted, of all or from one on, and keep their length', () => {
  const two = doc([1000, 2000, 'a'], [3000, 4000, 'b']);
  expect(flat(shift(two, 500, null))).toEqual([
    [1500, 2500, 'a'],
    [3500, 4500, 'b'],
  ]);
  expect(flat(shift(two, -2000, null))).toEqual([
    [0, 1000, 'a'],
    [1000, 2000, 'b'],
  ]);
  expect(flat(shift(two, 500, idAt(two, 1)))).toEqual([
    [1000, 2000, 'a'],
    [3500, 4500, 'b'],
  ]);
});

test('a new cue fills the gap, or takes two seconds', () => {
  const two = doc([1000, 2000, 'a'], [3000, 4000, 'b']);
  const between = insertAfter(two, idAt(two, 0));
  expect(flat(between.doc)[1]).toEqual([2000, 3000, '']);
  expect(idAt(between.doc, 1)).toBe(between.goTo);
  expect(flat(insertAfter(two, idAt(two, 1)).doc)[2]).toEqual([4000, 6000, '']);
  expect(flat(insertAt(two, 500).doc)[0]).toEqual([500, 1000, '']);
  expect(flat(insertAt(EMPTY, 7000).doc)).toEqual([[7000, 9000, '']]);
});

test('after a deletion the one below has the focus, then the one above, then none', () => {
  const two = doc([1, 2, 'a', ['NOTE x']], [3, 4, 'b', ['NOTE y']]);
  const first = remove(two, idAt(two, 0));
  expect(first.goTo).toBe(idAt(two, 1));
  expect(first.doc.cues[0]?.above).toEqual(['NOTE x', 'NOTE y']);
  expect(remove(two, idAt(two, 1))).toMatchObject({
    goTo: idAt(two, 0),
    doc: { below: ['NOTE y'] },
  });
  expect(remove(first.doc, idAt(first.doc, 0)).goTo).toBeNull();
});

test('a cue is split at the caret and at the film, if that is in it', () => {
  const one = doc([1000, 3000, 'Hello there friend']);
  const at = (caret: number | null, now: number) => split(one, idAt(one, 0), caret, now);
  expect(flat(at(6, 2500).doc)).toEqual([
    [1000, 2500, 'Hello'],
    [2500, 3000, 'there friend'],
  ]);
  const made = at(6, 2500);
  expect(made.goTo).toBe(idAt(made.doc, 1));
  // Beside the film, by the share of the text; at the end of it, at the gap nearest to the middle.
  expect(flat(at(9, 0).doc)[0]).toEqual([1000, 2000, 'Hello the']);
  expect(flat(at(18, 0).doc).map(([, , text]) => text)).toEqual(['Hello there', 'friend']);
  expect(at(null, 0).doc.cues.map(({ settings }) => settings)).toEqual(['line:0', 'line:0']);
});

test('two cues become one', () => {
  const two = doc([1000, 2000, 'a', ['NOTE x']], [3000, 4000, 'b', ['NOTE y']]);
  const { doc: one, goTo } = join(two, idAt(two, 0));
  expect(flat(one)).toEqual([[1000, 4000, 'a\nb']]);
  expect(one.cues[0]?.above).toEqual(['NOTE x', 'NOTE y']);
  expect(goTo).toBe(idAt(two, 0));
  expect(join(two, idAt(two, 1)).doc).toBe(two);
});

test('cues of another window are the same where they say the same, or stand in the same place', () => {
  const here = doc([0, 1000, 'a'], [2000, 3000, 'b'], [4000, 5000, 'c']);
  const copy = doc([0, 1000, 'a'], [2000, 3000, 'b'], [4000, 5000, 'c']);
  expect(matched(here, copy)).toBe(here);
  const written = matched(here, doc([0, 1000, 'a'], [2000, 3000, 'b!'], [4000, 5000, 'c']));
  expect(written.cues.map(({ id }) => id)).toEqual(here.cues.map(({ id }) => id));
  expect(written.cues[0]).toBe(here.cues[0]);
  expect(written.cues[1]?.text).toBe('b!');
  const shorter = matched(here, doc([2000, 3000, 'b'], [4000, 5000, 'other']));
  expect(idAt(shorter, 0)).toBe(idAt(here, 1));
  expect(here.cues.map(({ id }) => id)).not.toContain(idAt(shorter, 1));
  // Two that say the same are two.
  const twice = matched(here, doc([0, 1000, 'a'], [0, 1000, 'a'], [4000, 5000, 'c']));
  expect(new Set(twice.cues.map(({ id }) => id)).size).toBe(3);
});
