/** What is wrong with clips, here or in the eyes of the server. Pure. */
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import type { Clip } from './draft';

const texts = messages.clips.problem;

/** Half a frame of 25 a second: whoever copies the length from a player means the end. */
const SLACK = 0.02;

export type Edge = 'start' | 'end';

export interface Problem {
  /** The end of the clip that has to be changed. */
  edge: Edge;
  text: string;
}

/**
 * Null for one that can be cut. Where nobody knows how long the film is, the runner will tell.
 * `changed` is the end that was moved last: of two that do not go together, it is the one to mend.
 */
export function problemOf(
  { start, end }: Pick<Clip, Edge>,
  duration: number | null,
  changed: Edge = 'end',
): Problem | null {
  if (duration !== null && start >= duration)
    return { edge: 'start', text: texts.startBeyond(formatTimecode(duration)) };
  if (duration !== null && end !== null && end > duration + SLACK)
    return { edge: 'end', text: texts.endBeyond(formatTimecode(duration)) };
  if (end === null || end > start) return null;
  const text =
    changed === 'start'
      ? texts.startBehind(formatTimecode(end))
      : texts.endBefore(formatTimecode(start));
  return { edge: changed, text };
}

export interface UserError {
  message: string;
  field: readonly string[] | null;
}

/** What the server refused: at the clip that it names, by its place, or of the whole. */
export interface Refusal {
  general: string[];
  ofClip: ReadonlyMap<number, string>;
}

export function byClip(errors: readonly UserError[]): Refusal {
  const general: string[] = [];
  const ofClip = new Map<number, string>();
  for (const { field, message } of errors) {
    const at = field?.indexOf('clips') ?? -1;
    const place = at < 0 ? NaN : Number(field?.[at + 1] ?? NaN);
    if (Number.isInteger(place)) ofClip.set(place, sentence(plain(message)));
    else general.push(sentence(message));
  }
  return { general, ofClip };
}

/** The path stands in front of the message: "clips.0.title: …". Here its place says that. */
const plain = (message: string) => message.replace(/^clips\.\d+(?:\.\w+)*: /, '');
