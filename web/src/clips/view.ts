/** What part of the film the timeline shows, and where things stand on it. Pure; in seconds. */
import { clamp } from './time';

export interface View {
  from: number;
  to: number;
}

/** Closer than this nobody needs to look. */
const LEAST_SECONDS = 0.5;
const STEPS = [
  0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400,
  28_800, 86_400,
];

export const whole = (duration: number): View => ({ from: 0, to: duration });

/** 0 at the left edge, 1 at the right one. */
export const shareOf = ({ from, to }: View, seconds: number): number =>
  to > from ? (seconds - from) / (to - from) : 0;

export const timeAt = ({ from, to }: View, share: number): number => from + share * (to - from);

/** Nearer by a factor, with one moment staying where it is. */
export function zoomed(view: View, factor: number, around: number, duration: number): View {
  const seconds = clamp(
    (view.to - view.from) / factor,
    Math.min(LEAST_SECONDS, duration),
    duration,
  );
  const share = clamp(shareOf(view, around), 0, 1);
  return placed(around - share * seconds, seconds, duration);
}

export const scrolled = ({ from, to }: View, start: number, duration: number): View =>
  placed(start, to - from, duration);

/** Moved as little as is needed for a moment to be seen. */
export function showing(view: View, seconds: number, duration: number): View {
  if (seconds >= view.from && seconds <= view.to) return view;
  return scrolled(view, seconds - (view.to - view.from) / 2, duration);
}

function placed(start: number, seconds: number, duration: number): View {
  const from = clamp(start, 0, Math.max(0, duration - seconds));
  return { from, to: from + seconds };
}

/** Where the ruler has its marks: as many as there is room for, at times that people like. */
export function marksOf({ from, to }: View, room: number): number[] {
  const least = (to - from) / Math.max(1, room);
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const first = Math.ceil(from / step - 1e-6);
  const count = Math.max(0, Math.floor(to / step + 1e-6) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}
