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

  it('keeps no link of every picture that was ever seen', () => {
    keptLink('far up', 'first', 0);
    for (let one = 0; one < 5_000; one += 1) keptLink(`picture ${one}`, 'its link', 0);
    expect(keptLink('far up', 'second', 0)).toBe('second');
    expect(keptLink('picture 4999', 'new', 0)).toBe('its link');
  });
});
