import { Link } from '@tanstack/react-router';
import { formatAgo, formatDateTime } from '../format';
import { messages } from '../messages';
import { Progress } from '../ui/parts';
import { useNow } from '../ui/useNow';
import { usePresetTitle } from '../upload/presets';
import { CancelButton } from './CancelButton';
import { Failure } from './Failure';
import type { Job } from './operations';
import { Retried } from './Retried';
import { RetryButton } from './RetryButton';
import { barValue, isOver, labelTone, stateFacts, stateText } from './state';
import { Thumb } from './Thumb';
import { useLiveJob } from './useLiveJob';

export function JobRow({ job }: { job: Job }) {
  useLiveJob(job);
  const preset = usePresetTitle(job.preset);
  const texts = messages.jobs;
  return (
    <li className="row row--link">
      <Thumb job={job} />
      <div className="row__main">
        <div className="row__head">
          <Link to="/jobs/$id" params={{ id: job.id }} className="row__title row__title--link">
            {job.title}
          </Link>
          <span className={`badge badge--${labelTone(job)}`}>{stateText(job)}</span>
        </div>
        <p className="facts">
          {stateFacts(job).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          {preset && <span>{preset}</span>}
          <Ago moment={job.createdAt} />
        </p>
        {!isOver(job.status) && (
          <Progress value={barValue(job)} label={texts.progressOf(job.title)} />
        )}
        {job.error && job.status === 'FAILED' && !job.retriedBy && <Failure error={job.error} />}
        <Retried job={job} />
      </div>
      <div className="row__actions">
        <CancelButton job={job} />
        <RetryButton job={job} />
      </div>
    </li>
  );
}

function Ago({ moment }: { moment: string }) {
  const now = useNow();
  return (
    <time dateTime={moment} title={formatDateTime(moment)}>
      {formatAgo(moment, now)}
    </time>
  );
}
