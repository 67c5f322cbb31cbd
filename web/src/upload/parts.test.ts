import { describe, expect, it } from 'vitest';
import { arrivedOf, planParts } from './parts';

describe('planParts', () => {
  it('cuts equal parts and leaves the rest to the last', () => {
    expect(planParts(25, 10)).toEqual([
      { number: 1, start: 0, end: 10 },
      { number: 2, start: 10, end: 20 },
      { number: 3, start: 20, end: 25 },
    ]);
  });

  it('makes no empty last part', () => {
    expect(planParts(20, 10).map((part) => part.end)).toEqual([10, 20]);
  });

  it('keeps a small file whole', () => {
    expect(planParts(1, 16 * 1024 * 1024)).toEqual([{ number: 1, start: 0, end: 1 }]);
  });

  it('refuses an empty file', () => {
    expect(() => planParts(0, 10)).toThrow(RangeError);
  });
});

describe('arrivedOf', () => {
  it('takes parts of the planned size only', () => {
    const stored = [
      { number: 1, size: 10 },
      { number: 2, size: 9 },
      { number: 3, size: 5 },
      { number: 4, size: 10 },
    ];
    expect(arrivedOf(planParts(25, 10), stored)).toEqual(new Set([1, 3]));
  });
});
