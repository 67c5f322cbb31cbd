import { describe, expect, it } from 'vitest';
import { marksOf, scrolled, shareOf, showing, timeAt, whole, zoomed } from './view';

const HOUR = whole(3600);

describe('zoomed', () => {
  it('keeps the moment that somebody looks at where it is', () => {
    const near = zoomed(HOUR, 4, 900, 3600);
    expect(near).toEqual({ from: 675, to: 1575 });
    expect(shareOf(near, 900)).toBe(shareOf(HOUR, 900));
    expect(zoomed(near, 1 / 4, 900, 3600)).toEqual(HOUR);
  });

  it('stays inside the film, and not closer than one can use', () => {
    expect(zoomed(HOUR, 2, 0, 3600)).toEqual({ from: 0, to: 1800 });
    expect(zoomed(HOUR, 2, 3600, 3600)).toEqual({ from: 1800, to: 3600 });
    expect(zoomed(HOUR, 1e9, 0, 3600)).toEqual({ from: 0, to: 0.5 });
    expect(zoomed(whole(0.2), 9, 0, 0.2)).toEqual(whole(0.2));
  });
});

describe('scrolled and showing', () => {
  const view = { from: 100, to: 200 };
  it('end with the film', () => {
    expect(scrolled(view, 3590, 3600)).toEqual({ from: 3500, to: 3600 });
    expect(scrolled(view, -5, 3600)).toEqual({ from: 0, to: 100 });
  });

  it('move only where something is out of sight', () => {
    expect(showing(view, 150, 3600)).toBe(view);
    expect(showing(view, 1000, 3600)).toEqual({ from: 950, to: 1050 });
  });
});

it('leads from a place to a time and back', () => {
  expect(timeAt({ from: 10, to: 20 }, 0.25)).toBe(12.5);
  expect(shareOf({ from: 10, to: 20 }, 12.5)).toBe(0.25);
  expect(shareOf({ from: 0, to: 0 }, 1)).toBe(0);
});

describe('marksOf', () => {
  it('has room for every mark', () => {
    expect(marksOf(HOUR, 6)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
    expect(marksOf({ from: 61, to: 64 }, 10)).toHaveLength(7);
    expect(marksOf({ from: 0, to: 1e7 }, 4).length).toBeLessThanOrEqual(5);
  });

  it('writes nothing where nothing is shown', () => {
    expect(marksOf({ from: 0, to: 0 }, 6)).toEqual([0]);
  });
});
