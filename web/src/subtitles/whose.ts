/**
 * Whose text it is that was stored meanwhile. An answer that was lost on its way has stored something
 * all the same, and that is no reason to ask who has written it. Pure.
 */
import { toSource } from './text';
import { readVtt } from './vtt';

/** `saved`: it is what is to be saved. `mine`: this window has sent it. `theirs`: somebody else has. */
export type Whose = 'saved' | 'mine' | 'theirs';

interface Sent {
  /** What is to be saved now. */
  wanted: string;
  /** What was sent last and not answered. */
  sent: string | null;
}

export function whose(stored: string | null, { wanted, sent }: Sent): Whose {
  if (stored === null) return 'theirs';
  if (sameCues(stored, wanted)) return 'saved';
  return sent !== null && sameCues(stored, sent) ? 'mine' : 'theirs';
}

/** The API keeps no notes, styles and names, and writes the cues in its own way. */
export function sameCues(one: string, other: string): boolean {
  const cues = cuesOf(one);
  return cues !== null && cues === cuesOf(other);
}

function cuesOf(text: string): string | null {
  const doc = readVtt(text);
  return (
    doc &&
    JSON.stringify(
      doc.cues.map((cue) => [
        cue.start,
        cue.end,
        cue.settings.split(/\s+/).join(' '),
        toSource(cue.text),
      ]),
    )
  );
}
