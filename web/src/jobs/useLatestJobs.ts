/** The newest jobs, read again now and then for those that were started elsewhere. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { connection } from '../app/connection';
import { session } from '../app/session';
import { useStore } from '../app/store';
import type { VariablesOf } from '../graphql';
import { useKept } from '../ui/useKept';
import { JobEvents, LatestJobs } from './operations';

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
  useNews(refresh, signedIn);

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

/** A job that began or ended, wherever it was started. */
const CHANGING: VariablesOf<typeof JobEvents>['types'] = [
  ...(['JOB_QUEUED', 'JOB_SUCCEEDED', 'JOB_FAILED', 'JOB_CANCELED'] as const),
];
const GATHER_MS = 400;

/** The server tells of changes; the list is read once for many of them. */
function useNews(refresh: () => void, active: boolean): void {
  const [gathering, setGathering] = useState(false);
  useSubscription(
    { query: JobEvents, variables: { types: CHANGING }, pause: !active },
    useCallback((_: unknown, data: unknown) => {
      setGathering(true);
      return data;
    }, []),
  );
  useEffect(() => {
    if (!gathering) return;
    const timer = setTimeout(() => {
      setGathering(false);
      refresh();
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [gathering, refresh]);
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
