/** One asset of the grid: its picture, its name, and what is happening to it. */
import { Link } from '@tanstack/react-router';
import { formatBytes, formatClock } from '../format';
import type { Job } from '../jobs/operations';
import { barValue, isOver, posterOf, stateText, toneOf } from '../jobs/state';
import { keptLink } from '../jobs/links';
import { useLiveJob } from '../jobs/useLiveJob';
import { messages } from '../messages';
import { FilmIcon, SoundIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { useNow } from '../ui/useNow';
import type { Asset } from './operations';

export function AssetTile({ asset }: { asset: Asset }) {
  const [job] = asset.jobs.nodes;
  return (
    <li className="relative grid content-start gap-2 rounded-card border border-line bg-surface p-2 shadow-card has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
      <Picture asset={asset} job={job} />
      <div className="grid gap-1 px-1 pb-1">
        <Link
          to="/assets/$id"
          params={{ id: asset.id }}
          title={asset.title}
          className="truncate font-[550] text-text no-underline outline-none after:absolute after:inset-0"
        >
          {asset.title}
        </Link>
        <p className="facts">
          {asset.height !== null && <span>{messages.player.height(asset.height)}</span>}
          <span>{formatBytes(asset.size)}</span>
        </p>
        {job ? (
          <JobState job={job} />
        ) : (
          <span className="badge justify-self-start">{messages.library.status[asset.status]}</span>
        )}
      </div>
    </li>
  );
}

function Picture({ asset, job }: { asset: Asset; job: Job | undefined }) {
  const now = useNow();
  const poster = job && posterOf(job);
  return (
    <div className="relative grid aspect-video place-items-center overflow-hidden rounded-control bg-sunken text-2xl text-muted">
      {poster ? (
        <img
          src={keptLink(poster.id, poster.url, now)}
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full object-contain"
        />
      ) : (
        <>{asset.kind === 'AUDIO' ? <SoundIcon /> : <FilmIcon />}</>
      )}
      {asset.duration !== null && (
        <span className="absolute right-1.5 bottom-1.5 rounded bg-black/70 px-1.5 text-tiny text-white tabular-nums">
          {formatClock(asset.duration)}
        </span>
      )}
    </div>
  );
}

function JobState({ job }: { job: Job }) {
  useLiveJob(job);
  return (
    <>
      <span className={`badge badge--${toneOf(job.status)} justify-self-start`}>
        {stateText(job)}
      </span>
      {!isOver(job.status) && (
        <Progress value={barValue(job)} label={messages.jobs.progressOf(job.title)} />
      )}
    </>
  );
}
