/**
 * A value through the film, with the value at the pointer or, by the arrow keys, at a point.
 *
 * A few lines of our own: libraries that draw charts are several times the whole page, or write
 * styles into it that the content security policy forbids.
 */
import { type PointerEvent, useState } from 'react';
import { formatClock } from '../format';
import { messages } from '../messages';
import './charts.css';
import { areaPath, indexAt, linePath, type Range, SIDE, ticks, xOf, yOf } from './scale';

interface Props {
  /** Stands above it, outside. */
  title: string;
  /** In words, for those who do not see the curve. */
  summary: string;
  values: readonly number[];
  /** Seconds from one value to the next. */
  step: number;
  range: Range;
  write: (value: number) => string;
}

const LINES = 2;

export function LineChart({ title, summary, values, step, range, write }: Props) {
  const texts = messages.charts;
  const [picked, setPicked] = useState<number | null>(null);
  const last = values.length - 1;
  const at = Math.min(last, picked ?? 0);
  const value = values[at];
  if (value === undefined) return null;

  const saidAt = (index: number) =>
    texts.at(formatClock(index * step), write(values[index] ?? Number.NaN));
  const point = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPicked(indexAt((event.clientX - left) / width, values.length));
  };
  return (
    <div className="chart">
      {/* As tall when nothing is picked, so that the page does not move. Heard with the slider. */}
      <p className="chart__value" aria-hidden="true">
        {picked === null ? '\u00a0' : saidAt(at)}
      </p>
      <div className="chart__body">
        <div className="chart__scale" aria-hidden="true">
          {ticks(range, LINES)
            .toReversed()
            .map((tick) => (
              <span key={tick}>{write(tick)}</span>
            ))}
        </div>
        <div className="chart__plot" onPointerMove={point} onPointerLeave={() => setPicked(null)}>
          <svg
            role="img"
            aria-label={`${title}: ${summary}`}
            viewBox={`0 0 ${SIDE} ${SIDE}`}
            preserveAspectRatio="none"
          >
            {ticks(range, LINES).map((tick) => (
              <path key={tick} className="chart__line" d={`M0 ${yOf(tick, range)}H${SIDE}`} />
            ))}
            <path className="chart__area" d={areaPath(values, range)} />
            <path className="chart__curve" d={linePath(values, range)} />
            {picked !== null && (
              <path className="chart__cursor" d={`M${xOf(at, values.length)} 0V${SIDE}`} />
            )}
          </svg>
          <input
            type="range"
            className="chart__slider"
            min={0}
            max={last}
            value={at}
            aria-label={texts.point(title)}
            aria-valuetext={saidAt(at)}
            onFocus={() => setPicked(at)}
            onBlur={() => setPicked(null)}
            onChange={({ target }) => setPicked(target.valueAsNumber)}
          />
        </div>
        <div className="chart__times" aria-hidden="true">
          <span>{formatClock(0)}</span>
          <span>{formatClock(last * step)}</span>
        </div>
      </div>
    </div>
  );
}
