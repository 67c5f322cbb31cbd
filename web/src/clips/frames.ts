/** Films whose frames come at no even pace: the times of the frames are asked of the player. */
import type { Store } from '../app/store';
import { rounded } from './time';

/** Well inside of any frame, and well before the one that follows. */
export const INSIDE = 0.0005;
/** So many steps of twice the length reach over any still picture that a film has. */
const TRIES = 24;

/** Shows the film as it is then, and tells when that frame begins; null where it is not known. */
export type ShownAt = (seconds: number) => Promise<number | null>;

/** The frame before the one that begins then. */
export async function before(start: number, shownAt: ShownAt): Promise<number | null> {
  if (start <= INSIDE) return 0;
  const found = await shownAt(start - INSIDE);
  return found === null || found >= start ? null : found;
}

/** The frame behind the one that begins then; `duration` where that is the last. */
export async function behind(
  start: number,
  usual: number,
  duration: number,
  shownAt: ShownAt,
): Promise<number | null> {
  let ahead = usual;
  let found: number | null = start;
  for (let tries = 0; found !== null && found <= start + INSIDE; tries += 1) {
    // The last one was looked at already.
    if (start + ahead / 2 >= duration) return duration;
    if (tries === TRIES) return null;
    found = await shownAt(Math.min(start + ahead, duration - INSIDE));
    ahead *= 2;
  }
  // Others may lie between.
  while (found !== null) {
    const earlier = await shownAt(found - INSIDE);
    if (earlier === null || earlier <= start + INSIDE || earlier >= found) break;
    found = earlier;
  }
  if (found !== null) await shownAt(found + INSIDE);
  return found;
}

const PATIENCE_MS = 1_000;
const NUDGE = 1e-5;

/** By what a video has presented after a seek. */
export const shownIn =
  (video: HTMLVideoElement): ShownAt =>
  (seconds) =>
    new Promise((resolve) => {
      let handle = 0;
      const end = (found: number | null) => {
        clearTimeout(late);
        video.cancelVideoFrameCallback(handle);
        resolve(found);
      };
      const late = setTimeout(() => end(null), PATIENCE_MS);
      handle = video.requestVideoFrameCallback((_, { mediaTime }) => end(mediaTime));
      // Where it is already, it would present nothing.
      video.currentTime = seconds === video.currentTime ? seconds + NUDGE : seconds;
    });

interface Walk {
  video: HTMLVideoElement;
  at: Store<number>;
  /** Seconds that a frame takes on average. */
  usual: number;
  duration: number;
}

/** Goes from frame to frame, one after the other however fast a key is pressed. */
export function walker({ video, at, usual, duration }: Walk) {
  const shownAt = shownIn(video);
  let left = 0;
  let walks = false;
  let round = 0;
  const walk = async () => {
    const mine = (round += 1);
    walks = true;
    while (left !== 0) {
      const on = left > 0;
      left -= Math.sign(left);
      const start = at.get();
      const found = await (on ? behind(start, usual, duration, shownAt) : before(start, shownAt));
      if (round !== mine) return;
      if (found === null) left = 0;
      else at.set(rounded(found));
    }
    walks = false;
  };
  return {
    step: (frames: number) => {
      left += frames;
      if (!walks) void walk();
    },
    /** Shows another place, and tells when the frame there begins: the end of the film is none. */
    settle: async (seconds: number) => {
      const mine = (round += 1);
      left = 0;
      walks = false;
      const found = await shownAt(Math.min(seconds, duration - INSIDE));
      const still = round === mine && video.paused;
      if (still && found !== null && seconds < duration) at.set(rounded(found));
    },
  };
}
