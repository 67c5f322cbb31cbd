import { describe, expect, it } from 'vitest';
import { keyDeedOf } from './keys';

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
type Focus = Parameters<typeof keyDeedOf>[1];

const nowhere: Focus = { matches: () => false };
const inside = (element: string) => ({
  matches: (selectors: string) => selectors.split(', ').includes(element),
});
const deed = (key: string, more = {}, focus = nowhere) =>
  keyDeedOf({ key, ...none, ...more }, focus);

describe('keyDeedOf', () => {
  it('marks, steps, plays', () => {
    expect(deed('i')).toBe('in');
    expect(deed('O')).toBe('out');
    expect(deed(' ')).toBe('play');
    expect(deed(',')).toEqual({ step: -1 });
    expect(deed('ArrowRight')).toEqual({ step: 1 });
    expect(deed('ArrowRight', { shiftKey: true })).toEqual({ step: 10 });
    expect(deed('<', { shiftKey: true })).toEqual({ step: -10 });
  });

  it('removes and brings back', () => {
    expect(deed('Delete')).toBe('remove');
    expect(deed('z', { ctrlKey: true })).toBe('undo');
    expect(deed('z', { metaKey: true })).toBe('undo');
  });

  it('leaves the browser its own', () => {
    expect(deed('z')).toBeUndefined();
    expect(deed('i', { ctrlKey: true })).toBeUndefined();
    expect(deed('ArrowLeft', { altKey: true })).toBeUndefined();
    expect(deed('z', { ctrlKey: true, shiftKey: true })).toBeUndefined();
  });

  it('leaves fields and buttons theirs', () => {
    expect(deed('i', {}, inside('input'))).toBeUndefined();
    expect(deed('z', { ctrlKey: true }, inside('input'))).toBeUndefined();
    expect(deed('ArrowLeft', {}, inside('[data-own-keys]'))).toBeUndefined();
    expect(deed(' ', {}, inside('button'))).toBeUndefined();
    expect(deed('i', {}, inside('button'))).toBe('in');
  });
});
