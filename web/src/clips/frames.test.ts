import { describe, expect, it } from 'vitest';
import { before, behind, type ShownAt } from './frames';

const STARTS = [0, 0.0667, 0.1, 0.133, 1.3, 1.31, 1.32, 3.9];
const DURATION = 4;
const USUAL = 0.5;

function film() {
  const asked: number[] = [];
  const shownAt: ShownAt = (seconds) => {
    asked.push(seconds);
    return Promise.resolve(STARTS.findLast((start) => start <= seconds) ?? null);
  };
  return { asked, shownAt };
}

const silent: ShownAt = () => Promise.resolve(null);

describe('frames at no even pace', () => {
  it('goes on to each, over long ones and without leaving out short ones', async () => {
    const { shownAt } = film();
    const seen = [0];
    while (seen.length < STARTS.length)
      seen.push((await behind(seen.at(-1) ?? 0, USUAL, DURATION, shownAt)) ?? NaN);
    expect(seen).toEqual(STARTS);
    expect(await behind(3.9, USUAL, DURATION, shownAt)).toBe(DURATION);
  });

  it('shows what it has found', async () => {
    const { asked, shownAt } = film();
    await behind(0.133, USUAL, DURATION, shownAt);
    expect(await shownAt(asked.at(-1) ?? 0)).toBe(1.3);
  });

  it('goes back to each', async () => {
    const { shownAt } = film();
    const seen = [DURATION];
    while ((seen.at(-1) ?? 0) > 0) seen.push((await before(seen.at(-1) ?? 0, shownAt)) ?? NaN);
    expect(seen).toEqual([DURATION, ...STARTS.toReversed()]);
    expect(await before(0, shownAt)).toBe(0);
  });

  it('stays where the player does not answer', async () => {
    expect(await behind(1, USUAL, DURATION, silent)).toBeNull();
    expect(await before(1, silent)).toBeNull();
  });
});
