/**
 * What was written and not yet saved, kept by this browser. In localStorage, because that is written
 * before a page is gone; a database is not.
 */

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
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(keyOf(jobId, language)) ?? 'null');
    return isDraft(draft) ? draft : null;
  } catch {
    return null;
  }
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'at' in value &&
  typeof value.at === 'number';

/** Whether it is kept: a private window may forbid it, and there is no endless room. */
export function writeDraft(jobId: string, language: string, draft: Draft | null): boolean {
  try {
    if (draft) localStorage.setItem(keyOf(jobId, language), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(jobId, language));
    return true;
  } catch {
    return false;
  }
}
