/** Where the points of a curve stand in a square of 100, and which one is meant. Pure. */

export interface Range {
  low: number;
  high: number;
}

export const SIDE = 100;

/** Points at equal distances, from edge to edge. */
export const xOf = (index: number, count: number): number =>
  count > 1 ? (SIDE * index) / (count - 1) : SIDE / 2;

/** Downwards, as pictures count; what is beyond the range stands at its edge. */
export function yOf(value: number, { low, high }: Range): number {
  const share = high > low ? (value - low) / (high - low) : 0.5;
  return SIDE * (1 - Math.min(1, Math.max(0, share)));
}

/** The `d` of a path; one point alone is a level line. */
export function linePath(values: readonly number[], range: Range): string {
  const points = values.length === 1 ? [...values, ...values] : values;
  return points
    .map((value, index) => {
      const at = `${short(xOf(index, points.length))} ${short(yOf(value, range))}`;
      return `${index === 0 ? 'M' : 'L'}${at}`;
    })
    .join('');
}

/** The same, closed along the bottom. */
export const areaPath = (values: readonly number[], range: Range): string =>
  values.length === 0 ? '' : `${linePath(values, range)}L${SIDE} ${SIDE}L0 ${SIDE}Z`;

const short = (value: number): number => Math.round(value * 100) / 100;

/** The nearest point to a place from 0, the left edge, to 1. */
export const indexAt = (share: number, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));

/** From a round number below the lowest value to `high`, which is the best there is. */
export function rangeBelow(values: readonly number[], high: number, step: number): Range {
  // More than any call may have as arguments could be spread into Math.min.
  const lowest = values.reduce((least, value) => Math.min(least, value), high);
  const low = Math.floor(lowest / step) * step;
  return { low: Math.max(0, Math.min(low, high - step)), high };
}

/** Round numbers to draw lines at, both ends among them. */
export function ticks({ low, high }: Range, count: number): number[] {
  const step = (high - low) / count;
  return Array.from({ length: count + 1 }, (_, index) => low + index * step);
}
