/** The draft of an asset: what can be done with it, and that a reload keeps it. */
import { useEffect, useReducer } from 'react';
import { reduce } from './draft';
import { recalled, remember } from './memory';

export function useDraft(asset: string) {
  const [draft, act] = useReducer(reduce, asset, (id) => recalled(id));
  useEffect(() => void remember(asset, draft.clips), [asset, draft.clips]);
  return [draft, act] as const;
}
