/** One job on the board. */
import { useNavigate } from '@tanstack/react-router';
import { memo, type MouseEvent, type PointerEvent } from 'react';
import { formatAgo, formatDateTime } from '../format';
import { messages } from '../messages';
import { GripIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { useNow } from '../ui/useNow';
import type { BoardJob } from './boardOperations';
import { CancelButton } from './CancelButton';
import { Failure } from './Failure';
import { RetryButton } from './RetryButton';
import { barValue, isOver, stateFacts, stateText, toneOf } from './state';

export interface RowProps {
  job: BoardJob;
  /** Whether it is made first for another job of the same title. */
  isLook: boolean;
  selected: boolean;
  /** `toHere`: with all rows from the last one that was chosen. */
  onSelect: (id: string, toHere: boolean) => void;
  /** Only of jobs that a priority still moves. */
  onMove: ((job: BoardJob, by: 1 | -1) => void) | undefined;
  /** Told where a pointer begins to drag it. */
  onDrag: ((event: PointerEvent, job: BoardJob) => void) | undefined;
}

export const BoardRow = memo(function BoardRow({
  job,
  isLook,
  selected,
  onSelect,
  onMove,
  onDrag,
}: RowProps) {
  const texts = messages.board;
  return (
    <div
      className={`grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 p-3 ${selected ? 'bg-accent-soft' : ''}`}
    >
      <div className="grid content-start justify-items-center gap-2">
        <input
          type="checkbox"
          className="mt-1 size-4 accent-accent"
          checked={selected}
          readOnly
          aria-label={texts.choose(job.title)}
          onClick={(event) => onSelect(job.id, event.shiftKey)}
        />
        {onDrag && (
          // For pointers only: the keyboard has buttons.
          <span
            aria-hidden="true"
            title={texts.drag}
            data-drag
            className="-mx-2 cursor-grab touch-none px-2 py-1 text-muted select-none"
            onPointerDown={(event) => onDrag(event, job)}
          >
            <GripIcon />
          </span>
        )}
      </div>
      <div className="grid min-w-0 gap-1.5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <Title job={job} />
          {isLook && (
            <span className="badge" title={texts.firstLookHint}>
              {texts.firstLook}
            </span>
          )}
          <span className={`badge badge--${toneOf(job.status)}`}>{stateText(job)}</span>
        </div>
        <Facts job={job} />
        {toneOf(job.status) === 'running' && (
          <Progress value={barValue(job)} label={messages.jobs.progressOf(job.title)} />
        )}
        {job.error && job.status === 'FAILED' && <Failure error={job.error} />}
        <div className="flex flex-wrap items-center gap-2 empty:hidden">
          {onMove && <Steps job={job} onMove={onMove} />}
          <CancelButton job={job} />
          <RetryButton job={job} />
        </div>
      </div>
    </div>
  );
});

/** Not the router's link, which costs as much as all else of a row. */
function Title({ job }: { job: BoardJob }) {
  const navigate = useNavigate();
  const open = (event: MouseEvent) => {
    const aside = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (aside || event.button !== 0) return;
    event.preventDefault();
    void navigate({ to: '/jobs/$id', params: { id: job.id } });
  };
  return (
    <a
      href={`/jobs/${encodeURIComponent(job.id)}`}
      className="row__title hover:underline"
      title={job.title}
      onClick={open}
    >
      {job.title}
    </a>
  );
}

function Facts({ job }: { job: BoardJob }) {
  const texts = messages.board;
  const attempt = job.attempts.length;
  const moment = job.finishedAt ?? job.createdAt;
  const now = useNow();
  return (
    <p className="facts">
      {stateFacts(job).map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {attempt > 1 && <span>{texts.attempt(attempt)}</span>}
      {job.priority !== 0 && !isOver(job.status) && (
        <span>{texts.priority(job.priority.toString())}</span>
      )}
      <time dateTime={moment} title={formatDateTime(moment)}>
        {formatAgo(moment, now)}
      </time>
    </p>
  );
}

/** The keyboard's way to another place in the queue. */
function Steps({ job, onMove }: { job: BoardJob; onMove: NonNullable<RowProps['onMove']> }) {
  const texts = messages.board;
  return (
    <>
      <button
        type="button"
        className="button"
        aria-label={texts.earlierOf(job.title)}
        onClick={() => onMove(job, -1)}
      >
        {texts.earlier}
      </button>
      <button
        type="button"
        className="button"
        aria-label={texts.laterOf(job.title)}
        onClick={() => onMove(job, 1)}
      >
        {texts.later}
      </button>
    </>
  );
}
