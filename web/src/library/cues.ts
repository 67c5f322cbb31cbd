/** Reads the index of the seek bar's pictures: WebVTT whose cues say `sheet.jpg#xywh=x,y,w,h`. */

export interface Cue {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The seconds of the film that it stands for, the last one exclusive. */
  from: number;
  to: number;
}

const CUE = /^(\S+) --> (\S+)[^\S\n]*\n([^\s#]+)#xywh=(\d+),(\d+),(\d+),(\d+)\s*$/gm;

/** Pictures in their order. Names are relative to where the index is. */
export function readCues(vtt: string, base: string): Cue[] {
  return [...vtt.matchAll(CUE)].map(([, from = '', to = '', file = '', ...box]) => {
    const [x = 0, y = 0, width = 0, height = 0] = box.map(Number);
    const url = new URL(file, base).href;
    return { url, x, y, width, height, from: secondsOf(from), to: secondsOf(to) };
  });
}

/** "00:01:02.500", or without hours. */
const secondsOf = (stamp: string): number =>
  stamp.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** The picture at a fraction 0 to 1 of the film. */
export const cueAt = (cues: readonly Cue[], fraction: number): Cue | undefined =>
  cues[Math.min(cues.length - 1, Math.max(0, Math.floor(fraction * cues.length)))];

/** The picture at a time of the film. */
export const cueAtTime = (cues: readonly Cue[], seconds: number): Cue | undefined =>
  cues.findLast((cue) => cue.from <= seconds) ?? cues[0];
