/** The text that the server has in a language, with what was written here and not saved. */
import { useEffect, useState } from 'react';
import { type Client, useClient } from 'urql';
import { arriving } from '../app/arriving';
import { type Draft, readDraft, writeDraft } from './drafts';
import { captionIn, savedIn } from './languages';
import { JobSubtitles, type SubtitledJob } from './operations';
import { EMPTY, readVtt, type Subtitles } from './vtt';
import { sameCues } from './whose';

export interface Stored {
  doc: Subtitles;
  /** The saved output that it is from; null where nobody has saved. */
  base: string | null;
  /** The stored file could not be understood. */
  unreadable: boolean;
  draft: { doc: Subtitles; from: Draft } | null;
}

/** Null while it is on the way. Read once, and `again`: what others save is noticed by a save. */
export function useStored(job: SubtitledJob, language: string) {
  const [stored, setStored] = useState<Stored | 'failed' | null>(null);
  const [round, setRound] = useState(0);
  const client = useClient();
  useEffect(() => {
    const stop = new AbortController();
    void (async () => {
      const read = async () => {
        const now = round === 0 ? job : await newestOf(client, job);
        return readStored(now, language, stop.signal);
      };
      const found = await read().catch(() => 'failed' as const);
      if (!stop.signal.aborted) setStored(found);
    })();
    return () => stop.abort();
    // eslint-disable-next-line react/exhaustive-deps -- every answer has new links to the same text
  }, [job.id, language, round]);
  const again = () => {
    setStored(null);
    setRound(round + 1);
  };
  return { stored, again };
}

async function newestOf(client: Client, job: SubtitledJob): Promise<SubtitledJob> {
  const answer = await client.query(
    JobSubtitles,
    { id: job.id },
    { requestPolicy: 'network-only' },
  );
  return answer.data?.job ?? job;
}

async function readStored(
  job: SubtitledJob,
  language: string,
  signal: AbortSignal,
): Promise<Stored> {
  const caption = captionIn(job, language);
  const text = caption ? await readText(caption.output.playbackUrl, signal) : null;
  const doc = text === null ? EMPTY : readVtt(text);
  return {
    doc: doc ?? EMPTY,
    base: savedIn(job, language),
    unreadable: doc === null,
    draft: draftOf(job.id, language, savedIn(job, language) ? text : null),
  };
}

export async function readText(url: string, signal?: AbortSignal): Promise<string> {
  const answer = await arriving(() => fetch(url, signal ? { signal } : {}));
  if (!answer.ok) throw new Error(`the subtitles answer ${answer.status}`);
  return answer.text();
}

/** A draft that the server has saved already, and could not say so any more, is none. */
function draftOf(jobId: string, language: string, saved: string | null): Stored['draft'] {
  const from = readDraft(jobId, language);
  if (from && saved !== null && sameCues(saved, from.text)) {
    writeDraft(jobId, language, null);
    return null;
  }
  const doc = from && readVtt(from.text);
  return from && doc ? { doc, from } : null;
}
