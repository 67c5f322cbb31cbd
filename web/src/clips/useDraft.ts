/** The draft of an asset: what can be done with it, that a reload keeps it, and that windows share it. */
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { type Clip, type Deed, reduce } from './draft';
import { follow, recalled, remember } from './memory';

export function useDraft(asset: string) {
  const [draft, send] = useReducer(reduce, asset, (id) => recalled(id));
  // What is kept already: to write it again could undo what another window is writing.
  const kept = useRef<readonly Clip[]>(draft.clips);
  const [elsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    if (draft.clips === kept.current) return;
    kept.current = draft.clips;
    remember(asset, draft.clips);
  }, [asset, draft.clips]);
  useEffect(
    () =>
      follow(asset, (clips) => {
        kept.current = clips;
        send({ do: 'adopt', clips });
        setElsewhere(true);
      }),
    [asset],
  );
  const act = useCallback((deed: Deed) => {
    if (deed.do !== 'select') setElsewhere(false);
    send(deed);
  }, []);
  return { draft, act, elsewhere };
}
