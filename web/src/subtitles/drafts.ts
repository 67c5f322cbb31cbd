/** What was written and not yet saved, kept by this browser. */
import { followKept, keep, readKept } from '../app/kept';

export interface Draft {
  /** WebVTT */
  text: string;
  /** The saved output that it began from; null where nothing was saved. */
  base: string | null;
  /** Milliseconds of Date.now() */
  at: number;
}

const keyOf = (jobId: string, language: string) => `reelmill-subtitles ${jobId} ${language}`;

export const readDraft = (jobId: string, language: string): Draft | null =>
  draftOf(readKept(keyOf(jobId, language)));

/** Told of the draft as another window of this browser has left it. */
export const followDraft = (
  jobId: string,
  language: string,
  listener: (draft: Draft | null) => void,
): (() => void) => followKept(keyOf(jobId, language), (found) => listener(draftOf(found)));

const draftOf = (found: unknown): Draft | null => (isDraft(found) ? found : null);

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'at' in value &&
  typeof value.at === 'number';

export const writeDraft = (jobId: string, language: string, draft: Draft | null): boolean =>
  keep(keyOf(jobId, language), draft);
