/** The newest jobs, read again now and then for those that were started elsewhere. */
import { useCallback, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { connection } from '../app/connection';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { useKept } from '../ui/useKept';
import { LatestJobs } from './operations';

export const SHOWN = 20;
const POLL_MS = 10_000;

export function useLatestJobs() {
  const signedIn = useStore(session).state === 'active';
  const socket = useStore(connection).state;
  const [{ data, error }, execute] = useQuery({
    query: LatestJobs,
    variables: { first: SHOWN },
    requestPolicy: 'cache-and-network',
    pause: !signedIn,
  });
  const refresh = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  usePolling(refresh, signedIn);

  // What happened while the socket was away may include jobs that nobody subscribed to.
  const lastSocket = useRef(socket);
  useEffect(() => {
    if (lastSocket.current === 'lost' && socket === 'live') refresh();
    lastSocket.current = socket;
  }, [socket, refresh]);

  // A failed reading has no data: what was there stays, and StaleNotice says from when it is.
  const jobs = useKept(data?.jobs.nodes);
  return { jobs, failed: Boolean(error), refresh };
}

function usePolling(refresh: () => void, active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const look = () => {
      if (document.visibilityState === 'visible') refresh();
    };
    const timer = setInterval(look, POLL_MS);
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    };
  }, [refresh, active]);
}
