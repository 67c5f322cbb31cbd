/** The film from left to right: times, clips, pictures, sound, and where it is. */
import { useEffect, useRef, useState } from 'react';
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { ClipBands } from './ClipBands';
import { useEditor } from './editor';
import { Filmstrip } from './Filmstrip';
import { Playhead } from './Playhead';
import { nearest } from './time';
import { useDrag } from './useDrag';
import type { TimelineData } from './useTimelineData';
import { useWidth } from './useWidth';
import { marksOf, scrolled, shareOf, showing, timeAt, type View, whole, zoomed } from './view';
import { Waveform } from './Waveform';

const texts = messages.clips;
const ZOOM = 2;
const MARK_PX = 110;
const PAGE = 0.8;

interface Props {
  duration: number;
  data: TimelineData;
}

export function Timeline({ duration, data }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [view, setView] = useView(duration);
  const { film, playback } = useEditor();
  const timeOf = (clientX: number) => {
    const { left = 0, width: all = 1 } = box.current?.getBoundingClientRect() ?? {};
    return nearest(timeAt(view, (clientX - left) / all), film.rate);
  };
  const scrub = useDrag((event) => playback.seek(timeOf(event.clientX)));
  return (
    <div className="card timeline" role="group" aria-label={texts.timeline}>
      <Zoom view={view} setView={setView} duration={duration} />
      <div className="timeline__frame">
        {/* The playhead does the same by keys. */}
        <div ref={box} className="timeline__track" {...scrub}>
          <Ruler view={view} room={width / MARK_PX} />
          <ClipBands view={view} duration={duration} timeOf={timeOf} />
          {data.cues.length > 0 && <Filmstrip cues={data.cues} view={view} width={width} />}
          {data.peaks && <Waveform peaks={data.peaks} view={view} width={width} />}
          <Playhead view={view} duration={duration} />
        </div>
      </div>
    </div>
  );
}

/** What is shown; it follows the film out of sight. */
function useView(duration: number) {
  const [view, setView] = useState(() => whole(duration));
  const { playback } = useEditor();
  useEffect(
    () => playback.at.subscribe(() => setView((now) => showing(now, playback.at.get(), duration))),
    [playback.at, duration],
  );
  return [view, setView] as const;
}

interface ZoomProps {
  view: View;
  setView: (view: View) => void;
  duration: number;
}

function Zoom({ view, setView, duration }: ZoomProps) {
  const { playback } = useEditor();
  const seconds = view.to - view.from;
  const partly = seconds < duration;
  const by = (factor: number) => setView(zoomed(view, factor, playback.at.get(), duration));
  return (
    <div className="timeline__zoom">
      <button type="button" className="button" onClick={() => by(ZOOM)}>
        {texts.zoomIn}
      </button>
      <button type="button" className="button" disabled={!partly} onClick={() => by(1 / ZOOM)}>
        {texts.zoomOut}
      </button>
      <button
        type="button"
        className="button"
        disabled={!partly}
        onClick={() => setView(whole(duration))}
      >
        {texts.zoomWhole}
      </button>
      {partly && (
        <input
          type="range"
          className="timeline__scroll"
          min={0}
          max={duration - seconds}
          step={seconds * (1 - PAGE)}
          value={view.from}
          aria-label={texts.scroll}
          aria-valuetext={texts.part(formatTimecode(view.from), formatTimecode(view.to))}
          onChange={({ target }) => setView(scrolled(view, target.valueAsNumber, duration))}
        />
      )}
    </div>
  );
}

function Ruler({ view, room }: { view: View; room: number }) {
  const fine = (view.to - view.from) / room < 1;
  return (
    <div className="timeline__ruler" aria-hidden="true">
      {marksOf(view, room).map((seconds) => (
        <span key={seconds} style={{ left: `${100 * shareOf(view, seconds)}%` }}>
          {fine ? formatTimecode(seconds).slice(3) : formatTimecode(seconds).slice(0, -4)}
        </span>
      ))}
    </div>
  );
}
