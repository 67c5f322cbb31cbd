import { expect, test } from 'vitest';
import { areaPath, indexAt, linePath, rangeBelow, ticks, xOf, yOf } from './scale';

const PERCENT = { low: 0, high: 100 };

test('a curve goes from edge to edge, high values at the top', () => {
  expect(linePath([0, 50, 100], PERCENT)).toBe('M0 100L50 50L100 0');
  expect(linePath([70], { low: 60, high: 80 })).toBe('M0 50L100 50');
  expect(linePath([], PERCENT)).toBe('');
  expect(areaPath([0, 100], PERCENT)).toBe('M0 100L100 0L100 100L0 100Z');
  expect(areaPath([], PERCENT)).toBe('');
});

test('what is beyond the range stands at its edge', () => {
  expect([yOf(-5, PERCENT), yOf(120, PERCENT)]).toEqual([100, 0]);
  expect(yOf(7, { low: 7, high: 7 })).toBe(50);
  expect(xOf(0, 1)).toBe(50);
});

test('the nearest point is meant', () => {
  expect([-1, 0, 0.24, 0.26, 1, 2].map((share) => indexAt(share, 3))).toEqual([0, 0, 0, 1, 2, 2]);
});

test('the scale begins at a round number below the lowest', () => {
  expect(rangeBelow([93.4, 88.2], 100, 20)).toEqual({ low: 80, high: 100 });
  expect(rangeBelow([100], 100, 20)).toEqual({ low: 80, high: 100 });
  expect(rangeBelow([3], 100, 20)).toEqual({ low: 0, high: 100 });
  expect(rangeBelow([-2], 100, 20)).toEqual({ low: 0, high: 100 });
  expect(ticks({ low: 80, high: 100 }, 2)).toEqual([80, 90, 100]);
});
