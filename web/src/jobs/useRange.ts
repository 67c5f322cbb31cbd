/** Choosing one row, or with Shift all from the last one that was chosen to here. */
import { useCallback, useEffect, useRef } from 'react';
import type { Selection } from '../ui/useSelection';
import type { BoardJob } from './boardOperations';

export function useRange({ add, toggle }: Selection, jobs: readonly BoardJob[]) {
  // Rows come and go meanwhile: where it began is known by id.
  const anchor = useRef<string | null>(null);
  const newest = useRef(jobs);
  useEffect(() => {
    newest.current = jobs;
  }, [jobs]);
  return useCallback(
    (id: string, toHere: boolean) => {
      const between = toHere ? idsBetween(newest.current, anchor.current, id) : null;
      if (between) add(between);
      else toggle(id);
      anchor.current = id;
    },
    [add, toggle],
  );
}

/** The ids from one row to another, in either direction; null when one of them is not there. */
export function idsBetween(rows: readonly { id: string }[], from: string | null, to: string) {
  const ids = rows.map(({ id }) => id);
  const [one, other] = [ids.indexOf(from ?? ''), ids.indexOf(to)].toSorted((a, b) => a - b);
  return one === undefined || other === undefined || one < 0 ? null : ids.slice(one, other + 1);
}
