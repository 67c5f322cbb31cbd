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

/** From nothing to a round number above the highest value. */
export function rangeFromZero(values: readonly number[]): Range {
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  if (highest === 0) return { low: 0, high: 1 };
  const decade = 10 ** Math.floor(Math.log10(highest));
  const high = [1, 2, 5, 10].map((times) => times * decade).find((round) => round >= highest);
  return { low: 0, high: high ?? 10 * decade };
}

/** From a multiple of `step` below all values to one above. */
export function rangeAround(values: readonly number[], step: number): Range {
  const first = values[0] ?? 0;
  const lowest = values.reduce((least, value) => Math.min(least, value), first);
  const highest = values.reduce((most, value) => Math.max(most, value), first);
  const low = Math.floor(lowest / step) * step;
  return { low, high: Math.max(low + step, Math.ceil(highest / step) * step) };
}

/** The highest and the lowest value, and where they stand; of equal ones the first. */
export function extremes(values: readonly number[]): { highest: number; lowest: number } {
  const far = (further: (one: number, other: number) => boolean) =>
    values.reduce((best, value, at) => (further(value, values[best] ?? value) ? at : best), 0);
  return { highest: far((one, other) => one > other), lowest: far((one, other) => one < other) };
}

/** Round numbers to draw lines at, both ends among them. */
export function ticks({ low, high }: Range, count: number): number[] {
  const step = (high - low) / count;
  return Array.from({ length: count + 1 }, (_, index) => low + index * step);
}
