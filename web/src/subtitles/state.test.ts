import { expect, test } from 'vitest';
import { cueDeed, globalDeed, indexAfter } from './keys';
import { type Action, initial, reduce, type State } from './state';
import { EMPTY, readVtt } from './vtt';

const stored = () => {
  const doc = readVtt('WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb\n');
  return doc ?? EMPTY;
};
const after = (state: State, ...actions: Action[]) => actions.reduce(reduce, state);
const texts = ({ history }: State) => history.now.cues.map(({ text }) => text);

test('letters of one text are one step back', () => {
  const start = initial(stored(), null);
  const id = start.history.now.cues[0]?.id ?? -1;
  const typed = after(
    start,
    { type: 'open', id },
    { type: 'text', id, text: 'ax' },
    { type: 'text', id, text: 'axy' },
  );
  expect(texts(after(typed, { type: 'undo' }))).toEqual(['a', 'b']);
  const twice = after(typed, { type: 'open', id }, { type: 'text', id, text: 'axyz' });
  expect(texts(after(twice, { type: 'undo' }))).toEqual(['axy', 'b']);
  expect(texts(after(twice, { type: 'undo' }, { type: 'redo' }))).toEqual(['axyz', 'b']);
});

test('a step back to what was saved has nothing unsaved', () => {
  const start = initial(stored(), null);
  const id = start.history.now.cues[1]?.id ?? -1;
  const removed = after(start, { type: 'remove', id });
  expect(removed.history.now).not.toBe(removed.saved);
  expect(removed.focus).toEqual({ id: start.history.now.cues[0]?.id, part: 'text' });
  const back = after(removed, { type: 'undo' });
  expect(back.history.now).toBe(back.saved);
  const kept = after(removed, { type: 'saved', doc: removed.history.now });
  expect(kept.history.now).toBe(kept.saved);
});

test('the open cue closes when a step back takes it away', () => {
  const start = initial(stored(), null);
  const inserted = after(start, { type: 'insertAt', time: 9000 });
  expect(inserted.open).toBe(inserted.history.now.cues[2]?.id);
  expect(after(inserted, { type: 'undo' }).open).toBeNull();
});

test('a draft is there again, and undo goes behind it', () => {
  const draft = { ...EMPTY, cues: [] };
  const state = initial(stored(), draft);
  expect(texts(state)).toEqual([]);
  expect(texts(after(state, { type: 'undo' }))).toEqual(['a', 'b']);
  const restored = after(state, { type: 'restore' });
  expect(restored.history.now).toBe(restored.saved);
});

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test('keys', () => {
  expect(globalDeed(press('s', { ctrlKey: true }))).toBe('save');
  expect(globalDeed(press('Z', { metaKey: true, shiftKey: true }))).toBe('redo');
  expect(globalDeed(press(' ', { code: 'Space', ctrlKey: true }))).toBe('toggle');
  expect(globalDeed(press('s'))).toBeNull();
  expect(cueDeed(press('ˆ', { code: 'KeyI', altKey: true }))).toBe('startNow');
  expect(cueDeed(press('Enter', { ctrlKey: true }))).toBe('insert');
  expect(cueDeed(press('Enter', { altKey: true }))).toBe('split');
  expect(cueDeed(press('Enter'))).toBeNull();
  expect(indexAfter('ArrowUp', 0, 5)).toBe(0);
  expect(indexAfter('PageDown', 1, 5)).toBe(4);
  expect(indexAfter('x', 1, 5)).toBeNull();
});
