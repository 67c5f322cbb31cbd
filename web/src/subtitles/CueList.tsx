/** The cues in their order: only those near the window are in the page, and the open one. */
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type Dispatch,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { messages } from '../messages';
import { CueForm } from './CueForm';
import { CueRow } from './CueRow';
import { type Issue, issuesIn } from './issues';
import { indexAfter } from './keys';
import type { Action, State } from './state';
import { type Film, useCurrent } from './useFilm';

/** A closed cue with one line of text. */
const USUAL_PX = 65;
const OVERSCAN = 6;

interface Props {
  state: State;
  send: Dispatch<Action>;
  issues: Map<number, Issue[]>;
  film: Film;
}

export function CueList({ state, send, issues, film }: Props) {
  const { cues } = state.history.now;
  const box = useRef<HTMLDivElement>(null);
  const openAt = cues.findIndex(({ id }) => id === state.open);
  const [active, setActive] = useState(0);
  // What somebody writes in, and where the focus is, stays in the page however far the list scrolls.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const near = defaultRangeExtractor(range);
      const far = [openAt, active].filter((at) => at >= 0 && at < range.count);
      return [...new Set([...near, ...far])].toSorted((a, b) => a - b);
    },
    [openAt, active],
  );
  // eslint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const rows = useVirtualizer({
    count: cues.length,
    getScrollElement: () => box.current,
    estimateSize: () => USUAL_PX,
    getItemKey: (index) => cues[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollPaddingStart: USUAL_PX,
    scrollPaddingEnd: 2 * USUAL_PX,
    rangeExtractor,
  });
  const show = (index: number) => rows.scrollToIndex(index, { align: 'auto' });

  const current = useCurrent(film, cues);
  const currentAt = cues.findIndex(({ id }) => id === current);
  useFollow(box, current, () => currentAt >= 0 && show(currentAt));

  const wanted = state.focus;
  const wantedAt = cues.findIndex(({ id }) => id === wanted?.id);
  useEffect(() => {
    if (wantedAt >= 0) show(wantedAt);
    // eslint-disable-next-line react/exhaustive-deps -- once for each wish
  }, [wanted]);

  const visible = rows.getVirtualItems();
  const reachable = reachableOf(
    visible.map(({ index }) => index),
    openAt,
    active,
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    // Keys that follow each other at once go on from where the last one led.
    const here = wantedAt >= 0 ? wantedAt : Number(row.dataset['row']);
    const next = indexAfter(event.key, here, cues.length);
    const goal = next === null ? undefined : cues[next];
    if (!goal || next === null) return;
    event.preventDefault();
    setActive(next);
    send({ type: 'focus', focus: { id: goal.id, part: goal.id === state.open ? 'text' : 'row' } });
  };
  return (
    <div ref={box} className="subtitles__list">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons in it */}
      <ol
        className="relative"
        aria-label={messages.subtitles.list}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {visible.map(({ index, start }) => {
          const cue = cues[index];
          if (!cue) return null;
          const focused = wanted?.id === cue.id ? wanted : null;
          const shared = { cue, index, send, film, focused, issues: issuesIn(issues, cue.id) };
          return (
            <li
              key={cue.id}
              ref={rows.measureElement}
              data-index={index}
              className={`subtitles__cue${cue.id === current ? ' subtitles__cue--now' : ''}`}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={cues.length}
              aria-posinset={index + 1}
              aria-current={cue.id === current ? 'true' : undefined}
            >
              {cue.id === state.open ? (
                <CueForm
                  {...shared}
                  above={cues[index - 1]?.id ?? null}
                  below={cues[index + 1]?.id ?? null}
                />
              ) : (
                <CueRow {...shared} reachable={index === reachable} />
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** One row is within reach of Tab: where the focus was last, else the first that is seen. */
function reachableOf(visible: number[], open: number, active: number): number {
  if (visible.includes(active) && active !== open) return active;
  return visible.find((index) => index !== open) ?? -1;
}

/** The list goes with the film, but not away from what somebody is writing. */
function useFollow(
  box: RefObject<HTMLElement | null>,
  current: number | null,
  show: () => void,
): void {
  useEffect(() => {
    const focused = document.activeElement;
    const writing = box.current?.contains(focused) && focused?.matches('input, textarea');
    if (!writing) show();
    // eslint-disable-next-line react/exhaustive-deps -- when the film reaches another cue
  }, [current]);
}
