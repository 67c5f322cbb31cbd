/** The stretches of time that usage is shown for, in the viewer's zone. */

export const STRETCHES = ['month', 'last', 'all'] as const;
export type StretchName = (typeof STRETCHES)[number];

/** As the API takes them: `from` inclusive, `to` exclusive; null for ever and for now. */
export interface Stretch {
  from: string | null;
  to: string | null;
}

export function readStretch(search: Record<string, unknown>): { of?: StretchName } {
  const of = STRETCHES.find((name) => name === search['of']);
  return of && of !== 'month' ? { of } : {};
}

export function stretchOf(name: StretchName, now: Date): Stretch {
  const month = (back: number) =>
    new Date(now.getFullYear(), now.getMonth() - back, 1).toISOString();
  if (name === 'month') return { from: month(0), to: null };
  if (name === 'last') return { from: month(1), to: month(0) };
  return { from: null, to: null };
}

/** The first and the last day of it, as people say it; `to` itself belongs to it no more. */
export function daysOf({ from, to }: Stretch, now: Date): { first: Date | null; last: Date } {
  return {
    first: from === null ? null : new Date(from),
    last: to === null ? now : new Date(Date.parse(to) - 1),
  };
}
