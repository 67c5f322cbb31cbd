/** The clips on the timeline. The one that is chosen has handles at its ends. */
import type { KeyboardEvent } from 'react';
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { nameOf } from './deeds';
import { type Clip, pulled, selectedOf } from './draft';
import { useEditor } from './editor';
import { stepOf, stepped } from './time';
import { useDrag } from './useDrag';
import { shareOf, type View } from './view';

const texts = messages.clips;

interface Props {
  view: View;
  duration: number;
  /** The time at a place of the window. */
  timeOf: (clientX: number) => number;
}

export function ClipBands({ view, duration, timeOf }: Props) {
  const { draft, act } = useEditor();
  const chosen = selectedOf(draft);
  const shown = draft.clips.filter(
    ({ start, end }) => start <= view.to && (end ?? duration) >= view.from,
  );
  return (
    <>
      <div className="timeline__lane">
        {shown.map((clip) => (
          <button
            key={clip.id}
            type="button"
            className="timeline__clip"
            aria-pressed={clip.id === draft.selected}
            aria-label={nameOf(draft.clips, clip)}
            style={spanOf(view, clip, duration)}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => act({ do: 'select', id: clip.id })}
          >
            {clip.title || draft.clips.indexOf(clip) + 1}
          </button>
        ))}
      </div>
      {chosen && (
        <>
          <span className="timeline__span" style={spanOf(view, chosen, duration)} />
          <Handle edge="start" clip={chosen} {...{ view, duration, timeOf }} />
          <Handle edge="end" clip={chosen} {...{ view, duration, timeOf }} />
        </>
      )}
    </>
  );
}

/** Cut off at the edges of what is shown. */
function spanOf(view: View, { start, end }: Clip, duration: number) {
  const left = Math.min(1, Math.max(0, shareOf(view, start)));
  const right = Math.min(1, Math.max(0, shareOf(view, end ?? duration)));
  return { left: `${100 * left}%`, width: `${100 * Math.max(0, right - left)}%` };
}

/** Seconds that Page up and Page down go. */
const PAGE_SECONDS = 1;
const FRAMES: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

interface HandleProps extends Props {
  edge: 'start' | 'end';
  clip: Clip;
}

function Handle({ edge, clip, view, duration, timeOf }: HandleProps) {
  const { film, draft, act, playback } = useEditor();
  const at = edge === 'start' ? clip.start : (clip.end ?? duration);
  const pull = (to: number) => {
    const patch = pulled(clip, edge, to, { duration, step: stepOf(film.rate) });
    act({ do: 'change', id: clip.id, patch });
    playback.seek(patch[edge] ?? at);
  };
  const drag = useDrag((event) => pull(timeOf(event.clientX)));
  const press = (event: KeyboardEvent) => {
    const to = keyed(event.key, at, duration, film.rate);
    if (to === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    pull(to);
  };
  const share = shareOf(view, at);
  if (share < 0 || share > 1) return null;
  const name = nameOf(draft.clips, clip);
  return (
    <div
      className={`timeline__handle timeline__handle--${edge}`}
      role="slider"
      tabIndex={0}
      aria-label={edge === 'start' ? texts.inOf(name) : texts.outOf(name)}
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={at}
      aria-valuetext={formatTimecode(at)}
      style={{ left: `${100 * share}%` }}
      onKeyDown={press}
      {...drag}
    />
  );
}

function keyed(key: string, at: number, duration: number, rate: number | null): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return duration;
  if (key === 'PageUp') return at + PAGE_SECONDS;
  if (key === 'PageDown') return at - PAGE_SECONDS;
  const frames = FRAMES[key];
  return frames ? stepped(at, rate, frames) : null;
}
