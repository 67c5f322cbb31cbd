import { describe, expect, it } from 'vitest';
import { keptLink } from './links';

describe('keptLink', () => {
  it('stays the same until it is about to run out', () => {
    const minute = 60_000;
    expect(keptLink('poster', 'first', 0)).toBe('first');
    expect(keptLink('poster', 'second', 44 * minute)).toBe('first');
    expect(keptLink('poster', 'third', 46 * minute)).toBe('third');
    expect(keptLink('other', 'fourth', 46 * minute)).toBe('fourth');
  });
});
