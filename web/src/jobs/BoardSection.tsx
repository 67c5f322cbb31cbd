/** One section of the board: only rows near the window are in the page. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId } from 'react';
import { formatCount } from '../format';
import { messages } from '../messages';
import { useBox } from '../ui/useBox';
import type { Selection } from '../ui/useSelection';
import { isQueued, type Section } from './board';
import type { BoardFeed } from './boardFeed';
import type { BoardJob } from './boardOperations';
import { BoardRow } from './BoardRow';
import { isOver } from './state';
import { useDrag } from './useDrag';
import { useMoves } from './useMoves';
import { useRange } from './useRange';

interface Props {
  section: Section;
  jobs: BoardJob[];
  looks: ReadonlySet<string>;
  feed: BoardFeed;
  more: boolean;
  selection: Selection;
  /** Told which jobs that go on somebody sees. */
  onLook: (section: Section, ids: readonly string[]) => void;
}

const OVERSCAN = 4;
const ROW_PX: Record<Section, number> = { working: 124, waiting: 112, failed: 188, done: 80 };

export function BoardSection(props: Props) {
  const { section, jobs, feed } = props;
  const id = useId();
  const texts = messages.board;
  return (
    <section aria-labelledby={id} className="min-w-0">
      <Head {...props} id={id} />
      {jobs.length > 0 ? (
        <Rows {...props} />
      ) : (
        <p className="card p-4 text-small text-muted">{texts.nothing[section]}</p>
      )}
      {props.more && (section === 'failed' || section === 'done') && (
        <button type="button" className="button mt-3" onClick={() => feed.showMore(section)}>
          {texts.earlierOnes}
        </button>
      )}
    </section>
  );
}

function Head({ id, section, jobs, selection }: Props & { id: string }) {
  const texts = messages.board;
  const all = jobs.length > 0 && jobs.every((job) => selection.ids.has(job.id));
  return (
    <div className="mb-2 flex items-center gap-2 px-1">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        disabled={jobs.length === 0}
        checked={all}
        aria-label={texts.chooseAll(texts.section[section])}
        onChange={() => {
          const ids = jobs.map((job) => job.id);
          if (all) selection.remove(ids);
          else selection.add(ids);
        }}
      />
      <h2 id={id} className="text-base font-semibold">
        {texts.section[section]}
      </h2>
      <span className="text-small text-muted tabular-nums">{formatCount(jobs.length)}</span>
    </div>
  );
}

function Rows({ section, jobs, looks, feed, selection, onLook }: Props) {
  const { box, width, top } = useBox<HTMLUListElement>();
  // eslint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const rows = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: () => ROW_PX[section],
    getItemKey: (index) => jobs[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollMargin: top,
    enabled: width > 0,
  });
  const visible = rows.getVirtualItems();
  const seen = visible
    .flatMap(({ index }) => jobs[index] ?? [])
    .filter(({ status }) => !isOver(status))
    .map((job) => job.id)
    .join(' ');
  const still = !rows.isScrolling;
  useEffect(() => {
    if (still) onLook(section, seen ? seen.split(' ') : []);
  }, [onLook, section, seen, still]);
  useEffect(() => () => onLook(section, []), [onLook, section]);

  const select = useRange(selection, jobs);
  const moves = useMoves(feed, jobs);
  const { begin, dragged } = useDrag(box, moves.drop);
  return (
    <>
      {moves.problem && (
        <p className="mb-2 text-small text-bad" role="alert">
          {moves.problem}
        </p>
      )}
      <ul
        ref={box}
        aria-label={messages.board.section[section]}
        className="card relative overflow-clip"
        style={{ height: rows.getTotalSize() }}
      >
        {visible.map(({ index, key, start }) => {
          const job = jobs[index];
          return (
            job && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="absolute top-0 left-0 w-full border-line not-first:border-t data-[drop=after]:shadow-[inset_0_-3px_var(--accent)] data-[drop=before]:shadow-[inset_0_3px_var(--accent)]"
                style={{ transform: `translateY(${start - top}px)` }}
                data-drop={dragged ? dropAt(index, jobs.length, dragged.before) : undefined}
                aria-setsize={jobs.length}
                aria-posinset={index + 1}
              >
                <BoardRow
                  job={job}
                  isLook={looks.has(job.id)}
                  selected={selection.ids.has(job.id)}
                  onSelect={select}
                  onMove={isQueued(job) ? moves.step : undefined}
                  onDrag={isQueued(job) ? begin : undefined}
                />
              </li>
            )
          );
        })}
      </ul>
    </>
  );
}

/** Where the line is drawn between two rows: above the second, or below the last. */
function dropAt(index: number, count: number, before: number) {
  if (index === before) return 'before';
  return before === count && index === count - 1 ? 'after' : undefined;
}
