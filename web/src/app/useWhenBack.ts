/** For what could not be read while the server did not answer. */
import { useEffect, useRef } from 'react';
import { unansweredSince } from './reach';
import { useStore } from './store';

/** Acts when the server answers again, where that is wanted then. */
export function useWhenBack(wanted: boolean, act: () => void): void {
  const away = useStore(unansweredSince) !== null;
  const wasAway = useRef(away);
  useEffect(() => {
    if (wasAway.current && !away && wanted) act();
    wasAway.current = away;
    // eslint-disable-next-line react/exhaustive-deps -- once for a return, not for every render
  }, [away]);
}
