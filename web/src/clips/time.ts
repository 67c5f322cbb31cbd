/** Times of a film: written, read, and brought to the frames that it has. Pure; in seconds. */
import { parseTimecode } from '../clock';

/** Frames a second of the picture; null for sound alone, and while nobody knows. */
export type Rate = number | null;

/** Where there are no frames to step by. */
const STEP_WITHOUT_FRAMES = 0.1;
/** A time that is this near to a frame is that frame's: numbers on their way lose a little. */
const NEARLY = 1e-3;

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

/** What goes over the wire: microseconds tell any two frames apart. */
export const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/**
 * The exact rate behind a rounded one. NTSC's are 1000/1001 of a whole number: 29.97 alone would be a
 * frame off after a few hours.
 */
export function exactRate(rate: number): number {
  const whole = Math.round(rate);
  const drop = (Math.ceil(rate) * 1000) / 1001;
  if (Math.abs(rate - drop) < 0.005) return drop;
  return Math.abs(rate - whole) < 0.005 ? whole : rate;
}

/** The frame that is shown at a time, from 0. */
export const frameAt = (seconds: number, rate: number): number =>
  Math.floor(seconds * rate + NEARLY);

/** The beginning of the frame that is shown then. */
export const snapped = (seconds: number, rate: Rate): number =>
  rounded(rate ? frameAt(seconds, rate) / rate : Math.round(seconds * 1000) / 1000);

/** The beginning of the frame that is nearest to what somebody points at. */
export const nearest = (seconds: number, rate: Rate): number =>
  rate ? rounded(Math.round(seconds * rate) / rate) : snapped(seconds, rate);

export const stepOf = (rate: Rate): number => (rate ? 1 / rate : STEP_WITHOUT_FRAMES);

/** So many frames on, or back. */
export const stepped = (seconds: number, rate: Rate, frames: number): number =>
  rate
    ? rounded((frameAt(seconds, rate) + frames) / rate)
    : snapped(seconds + frames * STEP_WITHOUT_FRAMES, null);

/** A time well inside its frame: exactly at its edge, a player may show the one before. */
export const middleOf = (seconds: number, rate: Rate): number =>
  rate ? (frameAt(seconds, rate) + 0.5) / rate : seconds;

const FRAMES = /^(\d+) ?f$/i;

/**
 * What people type: "00:01:02.500", "1:02.5", "62.5", or "1562f" for a count of frames. Null for
 * anything else, and for frames of what has none.
 */
export function parseTime(text: string, rate: Rate): number | null {
  const typed = text.trim();
  const frames = FRAMES.exec(typed);
  if (frames) return rate ? rounded(Number(frames[1]) / rate) : null;
  const seconds = parseTimecode(typed);
  return seconds === null ? null : rounded(seconds);
}
