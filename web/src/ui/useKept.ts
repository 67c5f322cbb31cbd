import { useState } from 'react';

/** The newest value that was there: `undefined` and `null` do not replace it. */
export function useKept<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (value === null || value === undefined || value === kept) return kept;
  setKept(value);
  return value;
}
