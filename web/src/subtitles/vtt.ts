/**
 * WebVTT read and written, SubRip written. Pure.
 *
 * The packages that were looked at read and do not write (@plussub/srt-vtt-parser, media-captions,
 * @svta/cml-webvtt), or write without the settings, notes and styles that they have read over
 * (webvtt-parser, subtitle): an editor that saves by them would lose what it does not show.
 */
import { formatTimecode, parseTimecode } from '../clock';
import { toSource, toSubRip, toText } from './text';

/** Times in whole milliseconds: a tenth more and a tenth less is what it was. */
export interface Cue {
  /** Of this page only, never stored. */
  id: number;
  start: number;
  end: number;
  /** As people edit it: text.ts */
  text: string;
  /** Where it stands on the picture, as the file says it. */
  settings: string;
  /** What the file calls it. */
  name: string;
  /** Notes, styles and regions above it, and whatever else was not understood. */
  above: string[];
}

export interface Subtitles {
  /** The first lines, from WEBVTT on. */
  head: string;
  cues: Cue[];
  /** As `above`, behind the last cue. */
  below: string[];
}

export const EMPTY: Subtitles = { head: 'WEBVTT', cues: [], below: [] };

const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{3})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s+-->\s+${TIME}(?:\s+(.*))?$`);

let last = 0;
export const newId = (): number => ++last;

/** Null for what is no WebVTT. Blocks that are not understood are kept. */
export function readVtt(file: string): Subtitles | null {
  const text = file.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const [head = '', ...blocks] = text.split(/\n{2,}/);
  if (!/^WEBVTT(?:[ \t].*)?(?:\n|$)/.test(head)) return null;
  const cues: Cue[] = [];
  let above: string[] = [];
  for (const block of blocks) {
    const cue = readCue(block.replace(/\n+$/, ''), above);
    if (cue) {
      cues.push(cue);
      above = [];
    } else if (block.trim()) above.push(block.replace(/\n+$/, ''));
  }
  return { head: head.replace(/\n+$/, ''), cues, below: above };
}

function readCue(block: string, above: string[]): Cue | null {
  const lines = block.split('\n');
  if (/^NOTE(?:[ \t]|$)/.test(lines[0] ?? '')) return null;
  const at = lines[0]?.includes('-->') ? 0 : 1;
  const found = TIMING.exec(lines[at] ?? '');
  if (!found) return null;
  return {
    id: newId(),
    start: milliseconds(found.slice(1, 5)),
    end: milliseconds(found.slice(5, 9)),
    text: toText(lines.slice(at + 1).join('\n')),
    settings: (found[9] ?? '').trim(),
    name: at === 1 ? (lines[0] ?? '') : '',
    above,
  };
}

const milliseconds = (parts: (string | undefined)[]): number => {
  const [hours = 0, minutes = 0, seconds = 0, thousandths = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
};

export function writeVtt({ head, cues, below }: Subtitles): string {
  const blocks = inOrder(cues).flatMap((cue) => cue.above.concat(writeCue(cue)));
  return `${[head, ...blocks, ...below].join('\n\n')}\n`;
}

function writeCue({ name, start, end, settings, text }: Cue): string {
  const times = `${clock(start)} --> ${clock(end)} ${settings}`.trimEnd();
  return [name, times, toSource(text)].filter(Boolean).join('\n');
}

export function writeSrt({ cues }: Subtitles): string {
  return inOrder(cues)
    .map(
      ({ start, end, text }, index) =>
        `${index + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${toSubRip(text)}\n`,
    )
    .join('\n');
}

/** By their beginnings, as the API wants them. */
export const inOrder = (cues: Cue[]): Cue[] => cues.toSorted((a, b) => a.start - b.start);

/** 00:01:02.345 */
export const clock = (time: number, point?: string): string => formatTimecode(time / 1000, point);

/** What people type, in milliseconds; null for what is no time. */
export function readClock(typed: string): number | null {
  const seconds = parseTimecode(typed);
  return seconds === null ? null : Math.round(seconds * 1000);
}
