import { expect, test, vi } from 'vitest';
import { deedOf } from './keys';
import type { Actions } from './media';

const press = (key: string, more = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});
const focusOn = (...selectors: string[]) => ({
  matches: (wanted: string) => selectors.some((one) => wanted.includes(one)),
});

test('arrows seek, whichever case a letter has it does the same', () => {
  const actions = { seekBy: vi.fn<(seconds: number) => void>(), toggleMute: vi.fn<() => void>() };
  for (const key of ['ArrowLeft', 'ArrowRight', 'J', 'm', 'M'])
    deedOf(press(key), focusOn())?.(actions as unknown as Actions);
  expect(actions.seekBy.mock.calls).toEqual([[-5], [5], [-10]]);
  expect(actions.toggleMute).toHaveBeenCalledTimes(2);
});

test('shortcuts of the browser stay its own', () => {
  expect(deedOf(press('f', { ctrlKey: true }), focusOn())).toBeUndefined();
  expect(deedOf(press('ArrowLeft', { altKey: true }), focusOn())).toBeUndefined();
  expect(deedOf(press('Tab'), focusOn())).toBeUndefined();
});

test('a menu and the volume have their own keys, and a button its space', () => {
  expect(deedOf(press('ArrowDown'), focusOn('role'))).toBeUndefined();
  expect(deedOf(press('ArrowUp'), focusOn('data-own-keys'))).toBeUndefined();
  expect(deedOf(press(' '), focusOn('button'))).toBeUndefined();
  expect(deedOf(press(' '), focusOn())).toBeDefined();
  expect(deedOf(press('k'), focusOn('button'))).toBeDefined();
});
