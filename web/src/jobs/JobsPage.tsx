/** /jobs: what is made now, what waits, what failed and what is done, as it happens. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { formatCount } from '../format';
import { messages } from '../messages';
import { FilmIcon } from '../ui/icons';
import { Notice } from '../ui/parts';
import { useSelection } from '../ui/useSelection';
import { useTitle } from '../ui/useTitle';
import { firstLooksOf, type Section, SECTIONS, sectionsOf } from './board';
import { BoardSection } from './BoardSection';
import { MOST_UNDERWAY } from './boardFeed';
import { JobSelectionBar } from './JobSelectionBar';
import { LoadingRows } from './LoadingRows';
import { SectionFilter } from './SectionFilter';
import { useBoard } from './useBoard';

type Board = ReturnType<typeof useBoard>;

export function JobsPage() {
  const texts = messages.jobs;
  useTitle(texts.title);
  const board = useBoard();
  const { state, feed } = board;
  return (
    <section aria-labelledby="jobs-title" className="grid gap-4">
      <h1 id="jobs-title">{texts.title}</h1>
      {state.ready && state.jobs.size > 0 && <Sections board={board} />}
      {state.ready && state.jobs.size === 0 && <Empty />}
      {state.failed && (
        <Notice tone="error" title={texts.failedTitle}>
          <p>{texts.failedHint}</p>
          <button type="button" className="button" onClick={() => feed.refresh()}>
            {texts.tryAgain}
          </button>
        </Notice>
      )}
      {!state.ready && !state.failed && <LoadingRows />}
    </section>
  );
}

const COLUMNS = 'grid items-start gap-4 md:grid-cols-2 xl:grid-cols-4';

function Sections({ board: { feed, state } }: { board: Board }) {
  const search = useSearch({ from: '/signed-in/jobs' });
  const navigate = useNavigate();
  const selection = useSelection();
  const { jobs, more, cut } = state;
  const sections = useMemo(() => sectionsOf(jobs), [jobs]);
  const looks = useMemo(() => firstLooksOf(jobs), [jobs]);
  const looked = useRef<Partial<Record<Section, readonly string[]>>>({});
  const look = useCallback(
    (section: Section, ids: readonly string[]) => {
      looked.current[section] = ids;
      feed.watches.set(Object.values(looked.current).flat());
    },
    [feed],
  );
  const shown = search.state ? [search.state] : SECTIONS;
  return (
    <>
      <SectionFilter
        sections={sections}
        more={more}
        chosen={search.state}
        choose={(section) =>
          void navigate({ to: '/jobs', search: section ? { state: section } : {}, replace: true })
        }
      />
      {cut && <Notice tone="info">{messages.board.cut(formatCount(MOST_UNDERWAY))}</Notice>}
      <div className={search.state ? 'grid' : COLUMNS}>
        {shown.map((section) => (
          <BoardSection
            key={section}
            section={section}
            jobs={sections[section]}
            looks={looks}
            feed={feed}
            more={section === 'failed' || section === 'done' ? more[section] : false}
            selection={selection}
            onLook={look}
          />
        ))}
      </div>
      <JobSelectionBar selection={selection} jobs={jobs} />
    </>
  );
}

function Empty() {
  const texts = messages.jobs;
  return (
    <div className="card empty">
      <span className="empty__icon">
        <FilmIcon />
      </span>
      <p className="empty__title">{texts.emptyTitle}</p>
      <p className="muted">{texts.emptyHint}</p>
    </div>
  );
}
