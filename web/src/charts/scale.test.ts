import { expect, test } from 'vitest';
import {
  areaPath,
  extremes,
  indexAt,
  linePath,
  rangeAround,
  rangeBelow,
  rangeFromZero,
  ticks,
  xOf,
  yOf,
} from './scale';

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

test('a range from nothing ends at a round number', () => {
  expect(rangeFromZero([2.4, 3.1])).toEqual({ low: 0, high: 5 });
  expect(rangeFromZero([0.07])).toEqual({ low: 0, high: 0.1 });
  expect(rangeFromZero([10])).toEqual({ low: 0, high: 10 });
  expect(rangeFromZero([0, 0])).toEqual({ low: 0, high: 1 });
  expect(rangeFromZero([])).toEqual({ low: 0, high: 1 });
});

test('a range around values has room for all, also below zero', () => {
  expect(rangeAround([-23.1, -14], 10)).toEqual({ low: -30, high: -10 });
  expect(rangeAround([-20], 10)).toEqual({ low: -20, high: -10 });
  expect(rangeAround([], 10)).toEqual({ low: 0, high: 10 });
});

test('of equal extremes the first counts', () => {
  expect(extremes([3, 9, 9, 1, 1])).toEqual({ highest: 1, lowest: 3 });
  expect(extremes([4])).toEqual({ highest: 0, lowest: 0 });
});
