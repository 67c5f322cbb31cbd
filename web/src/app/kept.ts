/**
 * What this browser keeps of unsaved work. In localStorage, because that is written before a page is
 * gone; a database is not. Best effort: a private window may forbid it, and there is no endless room.
 */

/** What ends with its window, if it is not to be kept for all of them. */
type Shelf = 'localStorage' | 'sessionStorage';

/** Anything at all, since an older page may have written it; null where nothing is kept. */
export function readKept(key: string, shelf: Shelf = 'localStorage'): unknown {
  try {
    return JSON.parse(globalThis[shelf].getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** Whether it is kept now; null is kept by forgetting. */
export function keep(key: string, value: unknown, shelf: Shelf = 'localStorage'): boolean {
  try {
    if (value === null) globalThis[shelf].removeItem(key);
    else globalThis[shelf].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Told what another window of this browser has kept there since, as readKept answers it. A page that
 * the browser had put aside has heard of nothing, and reads again.
 */
export function followKept(key: string, listener: (value: unknown) => void): () => void {
  const read = () => listener(readKept(key));
  const heard = (event: StorageEvent) => {
    if (event.key === key || event.key === null) read();
  };
  const back = ({ persisted }: PageTransitionEvent) => persisted && read();
  addEventListener('storage', heard);
  addEventListener('pageshow', back);
  return () => {
    removeEventListener('storage', heard);
    removeEventListener('pageshow', back);
  };
}
