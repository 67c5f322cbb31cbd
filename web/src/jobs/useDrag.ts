/** Drags waiting jobs to another place of their queue, with mouse, pen or finger. */
import { type PointerEvent, useCallback, useEffect, useState } from 'react';
import type { BoardJob } from './boardOperations';

/** Nearer than this to an edge of the window, the page scrolls. */
const EDGE_PX = 90;
const STEP_PX = 10;

interface Dragged {
  job: BoardJob;
  /** The place in the list that it would go before. */
  before: number;
}

export function useDrag(
  list: { current: HTMLElement | null },
  drop: (job: BoardJob, before: number) => void,
) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const job = dragged?.job;

  const begin = useCallback((event: PointerEvent, one: BoardJob) => {
    if (event.button !== 0) return;
    // No text is chosen on the way.
    event.preventDefault();
    setDragged({ job: one, before: -1 });
  }, []);

  useEffect(() => {
    if (!job) return;
    const ending = new AbortController();
    let at = { x: 0, y: 0 };
    let before = -1;
    const look = () => {
      before = placeAt(list.current, at) ?? before;
      setDragged((now) => (now?.before === before ? now : { job, before }));
    };
    const stop = (done: boolean) => {
      ending.abort();
      setDragged(null);
      if (done && before >= 0) drop(job, before);
    };
    const { signal } = ending;
    const move = ({ clientX: x, clientY: y }: globalThis.PointerEvent) => {
      at = { x, y };
      look();
    };
    addEventListener('pointermove', move, { signal });
    addEventListener('pointerup', () => stop(true), { signal });
    addEventListener('pointercancel', () => stop(false), { signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && stop(false), { signal });
    const frames = scrolling(() => at, look);
    signal.addEventListener('abort', frames);
    return () => ending.abort();
  }, [job, list, drop]);

  return { begin, dragged };
}

/** The place before which a thing goes that is let go here; undefined outside the list. */
function placeAt(list: HTMLElement | null, { x, y }: { x: number; y: number }) {
  const row = document.elementFromPoint(x, y)?.closest<HTMLElement>('li[data-index]');
  if (!row || !list?.contains(row)) return undefined;
  const { top, height } = row.getBoundingClientRect();
  return Number(row.dataset['index']) + Number(y > top + height / 2);
}

/** Scrolls while the pointer is near an edge; answers how to end that. */
function scrolling(pointer: () => { y: number }, scrolled: () => void): () => void {
  let frame = requestAnimationFrame(function step() {
    const { y } = pointer();
    const by = y > innerHeight - EDGE_PX ? STEP_PX : y > 0 && y < EDGE_PX ? -STEP_PX : 0;
    if (by !== 0) {
      scrollBy(0, by);
      scrolled();
    }
    frame = requestAnimationFrame(step);
  });
  return () => cancelAnimationFrame(frame);
}
