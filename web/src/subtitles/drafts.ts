/** What was written and not yet saved, kept by this browser. */
import { keep, readKept } from '../app/kept';

export interface Draft {
  /** WebVTT */
  text: string;
  /** The saved output that it began from; null where nothing was saved. */
  base: string | null;
  /** Milliseconds of Date.now() */
  at: number;
}

const keyOf = (jobId: string, language: string) => `reelmill-subtitles ${jobId} ${language}`;

export function readDraft(jobId: string, language: string): Draft | null {
  const draft = readKept(keyOf(jobId, language));
  return isDraft(draft) ? draft : null;
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'at' in value &&
  typeof value.at === 'number';

export const writeDraft = (jobId: string, language: string, draft: Draft | null): boolean =>
  keep(keyOf(jobId, language), draft);
