/** Keeps one job up to date, and says aloud when it is over. */
import { useEffect, useRef } from 'react';
import { useSubscription } from 'urql';
import { announce } from '../app/announce';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import { type Job, JobUpdated } from './operations';
import { isOver } from './state';

const AGAIN_MS = 10_000;

type Watched = Pick<Job, 'id' | 'status' | 'title' | 'error'>;

/** The job as it is now, once the server has told: the cache has it too, for those who read there. */
export function useLiveJob(job: Watched): Job | undefined {
  const signedOut = useStore(session).state === 'ended';
  const [{ data, error }, restart] = useSubscription({
    query: JobUpdated,
    variables: { id: job.id },
    pause: isOver(job.status) || signedOut,
  });
  // The socket repairs itself; this is for a subscription that the server ended with an error.
  useEffect(() => {
    if (!error || signedOut) return;
    const timer = setTimeout(() => restart(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, restart, signedOut]);
  const told = data?.jobUpdated;
  const now = told?.id === job.id && !isOver(job.status) ? told : undefined;
  useSpokenEnd(now ?? job);
  return now;
}

function useSpokenEnd({ status, title, error }: Watched): void {
  const before = useRef(status);
  useEffect(() => {
    if (before.current !== status) {
      if (status === 'SUCCEEDED') announce(messages.jobs.saidReady(title));
      if (status === 'FAILED')
        announce(messages.jobs.saidFailed(title, sentence(error?.message ?? '')));
    }
    before.current = status;
  }, [status, title, error]);
}
