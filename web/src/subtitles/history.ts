/** What undo and redo go through. Pure. */

export interface History<T> {
  past: T[];
  now: T;
  future: T[];
  /** Changes of the same kind in a row are one step, such as letters of one text. */
  kind: string | null;
}

/** Steps share what they have in common, so that many cost little. */
const MOST = 500;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], kind: null });

export function record<T>(history: History<T>, next: T, kind: string | null = null): History<T> {
  if (next === history.now) return history;
  const goesOn = kind !== null && kind === history.kind;
  const past = goesOn ? history.past : [...history.past, history.now].slice(-MOST);
  return { past, now: next, future: [], kind };
}

export function undo<T>({ past, now, future, kind }: History<T>): History<T> {
  const before = past.at(-1);
  if (before === undefined) return { past, now, future, kind };
  return { past: past.slice(0, -1), now: before, future: [now, ...future], kind: null };
}

export function redo<T>({ past, now, future, kind }: History<T>): History<T> {
  const [next, ...rest] = future;
  if (next === undefined) return { past, now, future, kind };
  return { past: [...past, now], now: next, future: rest, kind: null };
}
