import { messages } from '../messages';
import { FilmIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { CancelButton } from './CancelButton';
import { Details } from './Details';
import { Failure } from './Failure';
import { FirstLook } from './FirstLook';
import type { JobDetails } from './operations';
import { Outputs } from './Outputs';
import { RetryButton } from './RetryButton';
import { Screen } from './Screen';
import { barValue, isOver, playableOf, stateFacts, stateText, toneOf } from './state';
import { useLiveJob } from './useLiveJob';

export function JobView({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  useLiveJob(job);
  return (
    <>
      <div className="job__head">
        <h1>{job.title}</h1>
        <span className={`badge badge--${toneOf(job.status)}`}>{stateText(job)}</span>
      </div>
      <FirstLook job={job} refresh={refresh}>
        <Stage job={job} refresh={refresh} />
      </FirstLook>
      <div className="job__columns">
        {job.outputs.length > 0 && <Outputs job={job} />}
        <Details job={job} />
      </div>
    </>
  );
}

/** The middle of the page: the video, or why there is none yet. */
function Stage({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  if (job.status === 'SUCCEEDED' && playableOf(job)) return <Screen job={job} refresh={refresh} />;
  if (job.status === 'FAILED' && job.error)
    return (
      <div className="card card--padded">
        <Failure error={job.error} />
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <RetryButton job={job} />
        </div>
        <AttemptLog job={job} />
      </div>
    );
  if (job.status === 'CANCELED')
    return (
      <div className="card card--padded flex flex-wrap items-center gap-3">
        <p className="muted">{messages.job.canceled}</p>
        <RetryButton job={job} />
      </div>
    );
  return isOver(job.status) ? null : <Underway job={job} />;
}

function Underway({ job }: { job: JobDetails }) {
  const watched = job.firstLook?.status === 'SUCCEEDED';
  return (
    <div className="card underway">
      <span className="empty__icon">
        <FilmIcon />
      </span>
      <p className="underway__state">{stateText(job)}</p>
      <p className="facts">
        {stateFacts(job).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <Progress value={barValue(job)} label={messages.jobs.progressOf(job.title)} />
      <p className="muted">{watched ? messages.job.watchAlready : messages.job.watch}</p>
      <CancelButton job={job} />
    </div>
  );
}

function AttemptLog({ job }: { job: JobDetails }) {
  const last = job.attempts.at(-1);
  if (!last?.log) return null;
  return (
    <details className="log">
      <summary>
        {messages.job.log} ({messages.job.attempts(job.attempts.length)})
      </summary>
      <pre>{last.log}</pre>
    </details>
  );
}
