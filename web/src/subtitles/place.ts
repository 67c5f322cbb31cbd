/** Which cue is shown at a moment. Pure. */
import type { Cue } from './vtt';

/** The last that has begun and not ended; cues are in the order of their beginnings. */
export function cueAt(cues: Cue[], time: number): number | null {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cues[middle]?.start ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  // Cues rarely overlap, and never many.
  for (let at = low - 1; at >= Math.max(0, low - 8); at -= 1) {
    const cue = cues[at];
    if (cue && time < cue.end) return cue.id;
  }
  return null;
}
