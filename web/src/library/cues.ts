/** Reads the index of the seek bar's pictures: WebVTT whose cues say `sheet.jpg#xywh=x,y,w,h`. */

export interface Cue {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^([^\s#]+)#xywh=(\d+),(\d+),(\d+),(\d+)\s*$/gm;

/** Pictures in their order. Names are relative to where the index is. */
export function readCues(vtt: string, base: string): Cue[] {
  return [...vtt.matchAll(CUE)].map(([, file = '', x, y, width, height]) => ({
    url: new URL(file, base).href,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
}

/** The picture at a fraction 0 to 1 of the film. */
export const cueAt = (cues: readonly Cue[], fraction: number): Cue | undefined =>
  cues[Math.min(cues.length - 1, Math.max(0, Math.floor(fraction * cues.length)))];
