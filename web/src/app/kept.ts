/**
 * What this browser keeps of unsaved work. In localStorage, because that is written before a page is
 * gone; a database is not. Best effort: a private window may forbid it, and there is no endless room.
 */
/** Anything at all, since an older page may have written it; null where nothing is kept. */
export function readKept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** Whether it is kept now; null is kept by forgetting. */
export function keep(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
