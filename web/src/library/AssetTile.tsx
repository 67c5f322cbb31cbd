/** One asset: a tile of the grid, or a line of the list. */
import { type ComponentType, memo, type MouseEvent, useEffect, useRef } from 'react';
import { formatBytes, formatClock, formatDateTime } from '../format';
import { keptLink } from '../jobs/links';
import { barValue, isOver, posterOf, stateText, toneOf } from '../jobs/state';
import { useLiveJob } from '../jobs/useLiveJob';
import { messages } from '../messages';
import { FilmIcon, SoundIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { HoverPreview, useHover } from './HoverPreview';
import { useNow } from '../ui/useNow';
import type { Asset, AssetJob } from './operations';

export interface PieceProps {
  asset: Asset;
  index: number;
  selected: boolean;
  /** Whether Tab leads here. */
  reachable: boolean;
  /** Whether the keyboard has just come here. */
  focused: boolean;
  onSelect: (index: number, asset: Asset, toHere: boolean) => void;
}

interface CardProps extends PieceProps {
  job: AssetJob | undefined;
  poster: Poster;
}

type Card = ComponentType<CardProps>;

function Live({ Card, job, ...props }: PieceProps & { Card: Card; job: AssetJob }) {
  const live = useLiveJob(job);
  const poster = (live && posterOf(live)) ?? props.asset.poster;
  return <Card {...props} job={live ?? job} poster={poster} />;
}

/** Follows the newest job while it is under way; most assets have none and cost nothing. */
function followed(Card: Card) {
  return memo(function Piece(props: PieceProps) {
    const job = props.asset.jobs.nodes[0];
    if (job && !isOver(job.status)) return <Live {...props} Card={Card} job={job} />;
    return <Card {...props} job={job} poster={props.asset.poster} />;
  });
}

export const AssetTile = followed(function Tile(props) {
  const { asset, job, poster } = props;
  const { fraction, listeners } = useHover();
  return (
    <div
      {...listeners}
      className={`group relative grid h-full content-start gap-2 rounded-card border bg-surface p-2 shadow-card ${ringOf(props.selected)}`}
    >
      <div className="relative grid aspect-video place-items-center overflow-hidden rounded-control bg-sunken text-2xl text-muted">
        <Picture asset={asset} poster={poster} />
        {fraction !== null && <HoverPreview asset={asset} fraction={fraction} />}
        {asset.duration !== null && (
          <span className="absolute right-1.5 bottom-1.5 rounded bg-black/70 px-1.5 text-tiny text-white tabular-nums">
            {formatClock(asset.duration)}
          </span>
        )}
      </div>
      <Check {...props} />
      <div className="grid gap-0.5 px-1">
        <Title {...props} />
        <p className="facts flex-nowrap! overflow-hidden whitespace-nowrap">
          {asset.height !== null && <span>{messages.player.height(asset.height)}</span>}
          <span>{formatBytes(asset.size)}</span>
          {asset.tags.length > 0 && <span className="truncate">{asset.tags.join(', ')}</span>}
        </p>
        <State asset={asset} job={job} />
      </div>
    </div>
  );
});

export const AssetLine = followed(function Line(props) {
  const { asset, job, poster } = props;
  const texts = messages.library;
  return (
    <div
      className={`group relative grid h-full items-center gap-x-3 border-b bg-surface px-3 ${LIST_COLUMNS} ${props.selected ? 'border-accent bg-accent-soft' : 'border-line has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent'}`}
    >
      <Check {...props} inLine />
      <div className="relative grid aspect-video w-16 place-items-center overflow-hidden rounded bg-sunken text-muted">
        <Picture asset={asset} poster={poster} />
      </div>
      <div className="min-w-0">
        <Title {...props} />
        <p className="facts flex-nowrap! overflow-hidden whitespace-nowrap lg:hidden!">
          <span className="sm:hidden">{job ? stateText(job) : texts.status[asset.status]}</span>
          <span>{formatBytes(asset.size)}</span>
          {asset.duration !== null && (
            <span className="max-sm:hidden">{formatClock(asset.duration)}</span>
          )}
        </p>
      </div>
      <div className="hidden min-w-0 sm:block">
        <State asset={asset} job={job} />
      </div>
      <Cell>{asset.duration === null ? '' : formatClock(asset.duration)}</Cell>
      <Cell>{formatBytes(asset.size)}</Cell>
      <Cell>{asset.width && asset.height ? `${asset.width} × ${asset.height}` : ''}</Cell>
      <Cell>{[asset.videoCodec, asset.audioCodec].filter(Boolean).join(' + ')}</Cell>
      <Cell>{formatDateTime(asset.createdAt)}</Cell>
    </div>
  );
});

const assetPath = (id: string) => `/assets/${encodeURIComponent(id)}`;

/** The same for the list's head. */
export const LIST_COLUMNS =
  'grid-cols-[1.25rem_4rem_minmax(0,1fr)] sm:grid-cols-[1.25rem_4rem_minmax(0,1fr)_auto] ' +
  'lg:grid-cols-[1.25rem_4rem_minmax(0,1fr)_9rem_4.5rem_5rem_6.5rem_8.5rem_10.5rem]';

const Cell = ({ children }: { children: string }) => (
  <span className="hidden truncate text-small text-muted tabular-nums lg:block">{children}</span>
);

const ringOf = (selected: boolean) =>
  selected
    ? 'border-accent outline-2 outline-accent'
    : 'border-line has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent';

type Poster = { id: string; url: string } | null;

function Picture({ asset, poster }: { asset: Asset; poster: Poster }) {
  const now = useNow();
  if (!poster) return asset.kind === 'AUDIO' ? <SoundIcon /> : <FilmIcon />;
  return (
    <img
      src={keptLink(poster.id, poster.url, now)}
      alt=""
      decoding="async"
      className="size-full object-contain"
    />
  );
}

/** The whole piece answers to a click; only the title is the link that is read out. */
function Title({ asset, reachable, focused }: PieceProps) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (focused) link.current?.focus({ preventScroll: true });
  }, [focused]);
  return (
    // Not the router's link, which costs as much as all else of a tile: the board follows it.
    <a
      ref={link}
      href={assetPath(asset.id)}
      title={asset.title}
      tabIndex={reachable ? 0 : -1}
      className="block truncate font-[550] text-text no-underline outline-none after:absolute after:inset-0 after:z-2"
    >
      {asset.title}
    </a>
  );
}

function Check({ asset, index, selected, onSelect, inLine }: PieceProps & { inLine?: boolean }) {
  const take = (event: MouseEvent) => onSelect(index, asset, event.shiftKey);
  const place = inLine ? '' : 'absolute top-3.5 left-3.5';
  // Where no pointer can hover, it is always there.
  const shown = selected
    ? ''
    : 'opacity-0 group-hover:opacity-100 group-has-[:focus-visible]:opacity-100 pointer-coarse:opacity-100';
  return (
    <input
      type="checkbox"
      checked={selected}
      readOnly
      tabIndex={-1}
      aria-label={messages.library.select(asset.title)}
      onClick={take}
      className={`z-3 size-5 cursor-pointer accent-accent ${place} ${inLine ? '' : shown}`}
    />
  );
}

function State({ asset, job }: { asset: Asset; job: AssetJob | undefined }) {
  if (!job)
    return (
      <span className="badge justify-self-start truncate">
        {messages.library.status[asset.status]}
      </span>
    );
  return (
    <div className="relative min-w-0">
      <span className={`badge badge--${toneOf(job.status)} inline-block max-w-full truncate`}>
        {stateText(job)}
      </span>
      {!isOver(job.status) && (
        <div className="absolute inset-x-0 -bottom-2">
          <Progress value={barValue(job)} label={messages.jobs.progressOf(job.title)} />
        </div>
      )}
    </div>
  );
}
