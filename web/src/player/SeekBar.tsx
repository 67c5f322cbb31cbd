/** Where in the film it is, what has arrived, and a picture of where the pointer is. */
import { type CSSProperties, type PointerEvent, useState } from 'react';
import { formatClock } from '../format';
import { messages } from '../messages';
import { useActions, useMedia } from './media';

export function SeekBar() {
  const time = useMedia((state) => state.mediaCurrentTime ?? 0);
  const duration = useMedia((state) => state.mediaDuration || 0);
  const loaded = useMedia((state) => state.mediaBuffered?.at(-1)?.[1] ?? 0);
  const { seekTo, preview } = useActions();
  const [pointer, setPointer] = useState<number | null>(null);
  const [shown, want] = useWanted(time);
  const share = (seconds: number) => `${duration ? (100 * seconds) / duration : 0}%`;

  const point = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - left) / width));
    setPointer(at);
    preview(at * duration);
  };
  const leave = () => {
    setPointer(null);
    preview(null);
  };

  return (
    <div className="seek" onPointerMove={point} onPointerLeave={leave}>
      {pointer !== null && duration > 0 && <Preview at={pointer} />}
      <input
        type="range"
        className="slider seek__slider"
        min={0}
        max={duration}
        step="any"
        value={shown}
        disabled={duration === 0}
        aria-label={messages.player.seek}
        aria-valuetext={messages.player.position(formatClock(shown), formatClock(duration))}
        style={{ '--played': share(shown), '--loaded': share(loaded) } as CSSProperties}
        onChange={({ target }) => {
          want(target.valueAsNumber);
          seekTo(target.valueAsNumber);
        }}
      />
    </div>
  );
}

/** The video answers a moment later: until then the knob stays where it was put. */
function useWanted(time: number) {
  const [put, setPut] = useState<{ at: number; since: number } | null>(null);
  const want = (at: number) => setPut({ at, since: time });
  return [put?.since === time ? put.at : time, want] as const;
}

function Preview({ at }: { at: number }) {
  const seconds = useMedia((state) => state.mediaPreviewTime);
  const image = useMedia((state) => state.mediaPreviewImage);
  const coords = useMedia((state) => state.mediaPreviewCoords);
  const [x, y, width, height] = (coords ?? []).map(Number);
  const half = (width ?? 64) / 2;
  return (
    <div
      className="seek__preview"
      style={{ left: `clamp(${half}px, ${at * 100}%, calc(100% - ${half}px))` }}
    >
      {image && (
        <span
          className="seek__picture"
          style={{
            width,
            height,
            backgroundImage: `url("${image.split('#')[0]}")`,
            backgroundPosition: `-${x}px -${y}px`,
          }}
        />
      )}
      <span className="seek__time">{formatClock(seconds ?? 0)}</span>
    </div>
  );
}
