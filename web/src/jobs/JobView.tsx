import { messages } from '../messages';
import { Player } from '../player/Player';
import { FilmIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { useNow } from '../ui/useNow';
import { CancelButton } from './CancelButton';
import { Details } from './Details';
import { Failure } from './Failure';
import { keptLink } from './links';
import type { JobDetails } from './operations';
import { Outputs } from './Outputs';
import {
  barValue,
  captionsOf,
  isOver,
  playableOf,
  posterOf,
  stateFacts,
  stateText,
  toneOf,
} from './state';
import { useLiveJob } from './useLiveJob';

export function JobView({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  useLiveJob(job);
  return (
    <>
      <div className="job__head">
        <h1>{job.title}</h1>
        <span className={`badge badge--${toneOf(job.status)}`}>{stateText(job)}</span>
      </div>
      <Stage job={job} refresh={refresh} />
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
        <AttemptLog job={job} />
      </div>
    );
  if (job.status === 'CANCELED')
    return <p className="card card--padded muted">{messages.job.canceled}</p>;
  return isOver(job.status) ? null : <Underway job={job} />;
}

function Screen({ job, refresh }: { job: JobDetails; refresh: () => void }) {
  const now = useNow();
  const output = playableOf(job);
  const poster = posterOf(job);
  if (!output) return null;
  const streams = output.kind === 'HLS';
  return (
    <Player
      source={streams ? output.playbackUrl : output.url}
      streams={streams}
      poster={poster && keptLink(poster.id, poster.url, now)}
      title={job.title}
      captions={captionsOf(job).map(({ language, saved, output: { id, playbackUrl } }) => ({
        language,
        saved,
        url: keptLink(id, playbackUrl, now),
      }))}
      onNewLink={refresh}
    />
  );
}

function Underway({ job }: { job: JobDetails }) {
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
      <p className="muted">{messages.job.watch}</p>
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
