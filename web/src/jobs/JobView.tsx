import { messages } from '../messages';
import { FilmIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { Attempts, LogTail } from './Attempts';
import { CancelButton } from './CancelButton';
import { Details } from './Details';
import { Failure } from './Failure';
import type { Job, JobDetails } from './operations';
import { Outputs } from './Outputs';
import { Retried } from './Retried';
import { RetryButton } from './RetryButton';
import { Showing } from './Showing';
import { barValue, isOver, isPlayable, labelTone, stateFacts, stateText } from './state';
import { useLiveJob } from './useLiveJob';

export function JobView({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  useLiveJob(job);
  return (
    <>
      <div className="job__head">
        <h1>{job.title}</h1>
        <span className={`badge badge--${labelTone(job)}`}>{stateText(job)}</span>
      </div>
      {job.firstLook && !isOver(job.status) && <Followed job={job.firstLook} />}
      <Stage job={job} refresh={refresh} />
      <div className="job__columns">
        {job.outputs.length > 0 && <Outputs job={job} />}
        <Details job={job} />
        <Attempts attempts={job.attempts} />
      </div>
    </>
  );
}

/** Keeps the job that makes the lowest quality up to date. */
function Followed({ job }: { job: Job }) {
  useLiveJob(job);
  return null;
}

/** The middle of the page: the video, how far it is, or why there is none. */
function Stage({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  const all: Job[] = job.firstLook ? [job, job.firstLook] : [job];
  return (
    <>
      <Showing jobs={all.filter(isPlayable)} refresh={refresh} />
      <Standing job={job} />
    </>
  );
}

/** Where the job stands that is not done. */
function Standing({ job }: { job: JobDetails }) {
  if (job.status === 'FAILED' && job.error)
    return (
      <div className="card card--padded">
        <Failure error={job.error} />
        <Retried job={job} />
        <div className="mt-3 flex flex-wrap items-center gap-3 empty:hidden">
          <RetryButton job={job} />
        </div>
        <LogTail job={job} />
      </div>
    );
  if (job.status === 'CANCELED')
    return (
      <div className="card card--padded flex flex-wrap items-center gap-3">
        <p className="muted">{messages.job.canceled}</p>
        <Retried job={job} />
        <RetryButton job={job} />
      </div>
    );
  return isOver(job.status) ? null : <Underway job={job} />;
}

function Underway({ job }: { job: JobDetails }) {
  const watched = job.firstLook && isPlayable(job.firstLook);
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
