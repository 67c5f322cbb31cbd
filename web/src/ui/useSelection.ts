/** Which things of a list are chosen, by id: they stay so when the list scrolls or is read again. */
import { useCallback, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  add: (ids: readonly string[]) => void;
  remove: (ids: readonly string[]) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(): Selection {
  const [ids, setIds] = useState(NONE);
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const add = useCallback((more: readonly string[]) => {
    setIds((before) => new Set([...before, ...more]));
  }, []);
  const remove = useCallback((less: readonly string[]) => {
    const gone = new Set(less);
    setIds((before) => new Set([...before].filter((id) => !gone.has(id))));
  }, []);
  const clear = useCallback(() => setIds(NONE), []);
  return { ids, toggle, add, remove, clear };
}
