import { describe, expect, it } from 'vitest';
import { titleOf } from './recall';

describe('titleOf', () => {
  it('is left to the server for a file alone', () => {
    expect(titleOf('', 'a.mp4')).toBeNull();
  });

  it('keeps the way to a file in a folder, and of a long one its end', () => {
    expect(titleOf('Trip/day 1', 'a.mp4')).toBe('Trip/day 1/a.mp4');
    const long = titleOf('x'.repeat(400), 'a.mp4');
    expect(long).toHaveLength(300);
    expect(long?.endsWith('x/a.mp4')).toBe(true);
  });
});
