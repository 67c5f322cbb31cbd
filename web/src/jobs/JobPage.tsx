import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { Notice } from '../ui/parts';
import { useKept } from '../ui/useKept';
import { useTitle } from '../ui/useTitle';
import { connection } from '../app/connection';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { JobView } from './JobView';
import { OneJob } from './operations';
import { StaleNotice } from './StaleNotice';

export function JobPage() {
  const { id } = useParams({ from: '/signed-in/jobs/$id' });
  return <OneJobPage key={id} id={id} />;
}

function OneJobPage({ id }: { id: string }) {
  const { job, state, refresh } = useJob(id);
  const texts = messages.job;
  useTitle(job?.title);

  return (
    <div className="job">
      <Link to="/jobs" className="back-link">
        <BackIcon />
        {texts.back}
      </Link>
      {job && <StaleNotice />}
      {job && <JobView job={job} refresh={refresh} />}
      {state === 'loading' && <Loading />}
      {state === 'missing' && (
        <Notice tone="info" title={texts.missingTitle}>
          <p>{texts.missingHint}</p>
        </Notice>
      )}
      {state === 'failed' && (
        <Notice tone="error" title={texts.failedTitle}>
          <p>{messages.jobs.failedHint}</p>
          <button type="button" className="button" onClick={refresh}>
            {messages.jobs.tryAgain}
          </button>
        </Notice>
      )}
    </div>
  );
}

/** Codes of ids that name nothing here. */
const NO_JOB = new Set(['NOT_FOUND', 'INVALID_ID']);

function useJob(id: string) {
  const signedIn = useStore(session).state === 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: OneJob,
    variables: { id },
    requestPolicy: 'cache-and-network',
    pause: !signedIn,
  });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  const job = useKept(data?.job ?? null);
  useRereading(refresh, job?.status);

  const missing =
    (data && !data.job) ||
    error?.graphQLErrors.some((one) => NO_JOB.has(String(one.extensions['code'])));
  if (job) return { job, state: 'there', refresh } as const;
  if (missing) return { job, state: 'missing', refresh } as const;
  return { job, state: error && !fetching ? 'failed' : 'loading', refresh } as const;
}

/** The subscription has no probe and no log: they are read when the state changes, or may have. */
function useRereading(refresh: () => void, status: string | undefined): void {
  const socket = useStore(connection).state;
  const before = useRef({ status, socket });
  useEffect(() => {
    const { status: lastStatus, socket: lastSocket } = before.current;
    const changed = lastStatus !== undefined && lastStatus !== status;
    if (changed || (lastSocket === 'lost' && socket === 'live')) refresh();
    before.current = { status, socket };
  });
}

function Loading() {
  return (
    <div role="status" aria-label={messages.job.loading}>
      <span className="skeleton skeleton--title" />
      <div className="skeleton skeleton--player" />
    </div>
  );
}
