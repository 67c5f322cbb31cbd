/** Saves, unless something must be corrected first or somebody else has saved meanwhile. */
import { useRef, useState } from 'react';
import { type Client, useClient } from 'urql';
import { announce } from '../app/announce';
import { formatCount } from '../format';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import { fits, isRefusal, type Issue, MOST_CUES } from './issues';
import { captionIn, savedIn } from './languages';
import { JobSubtitles, SaveSubtitles } from './operations';
import { readText } from './useStored';
import { type Subtitles, writeVtt } from './vtt';
import { whose } from './whose';

const texts = messages.subtitles;

export type Saving = { state: 'idle' | 'busy' | 'conflict' } | { state: 'failed'; why: string };

const UNANSWERED: Saving = { state: 'failed', why: texts.saveFailed(texts.noAnswer) };

interface Options {
  jobId: string;
  language: string;
  /** The saved output that the page began from. */
  base: string | null;
  onSaved: (doc: Subtitles) => void;
  /** Told which cue must be corrected. */
  onRefused: (id: number) => void;
}

export function useSaving({ jobId, language, base: first, onSaved, onRefused }: Options) {
  const client = useClient();
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const [base, setBase] = useState(first);
  const busy = useRef(false);

  // Sent, and not answered: the server may have stored it.
  const sent = useRef<string | null>(null);

  const done = (doc: Subtitles, now: string | null): Saving => {
    sent.current = null;
    setBase(now);
    onSaved(doc);
    announce(texts.saidSaved);
    return { state: 'idle' };
  };
  const send = async (doc: Subtitles, overwrite: boolean): Promise<Saving> => {
    const text = writeVtt(doc);
    if (!fits(text)) return { state: 'failed', why: texts.tooLarge };
    const other = overwrite ? null : await storedSince(client, jobId, language, base);
    if (other) {
      const found = whose(other.text, { wanted: text, sent: sent.current });
      if (found === 'theirs') return { state: 'conflict' };
      if (found === 'saved') return done(doc, other.base);
      setBase(other.base);
    }
    sent.current = text;
    const answer = await client.mutation(SaveSubtitles, { input: { jobId, language, text } });
    const payload = answer.data?.saveSubtitles;
    if (!payload) return UNANSWERED;
    const refused = payload.userErrors[0];
    if (!refused) return done(doc, payload.outputs[0]?.id ?? null);
    sent.current = null;
    return { state: 'failed', why: texts.saveFailed(sentence(refused.message)) };
  };

  const save = async (doc: Subtitles, issues: Map<number, Issue[]>, overwrite = false) => {
    const bad = doc.cues.filter((cue) => issues.get(cue.id)?.some(isRefusal));
    const why = mendFirst(doc, bad.length);
    if (bad[0]) onRefused(bad[0].id);
    if (why) {
      setSaving({ state: 'failed', why });
      return;
    }
    if (busy.current) return;
    busy.current = true;
    setSaving({ state: 'busy' });
    setSaving(await send(doc, overwrite).catch(() => UNANSWERED));
    busy.current = false;
  };
  return { saving, base, save, dismiss: () => setSaving({ state: 'idle' }) };
}

function mendFirst(doc: Subtitles, bad: number): string | null {
  if (bad > 0) return texts.fixFirst(bad);
  return doc.cues.length > MOST_CUES ? texts.tooMany(formatCount(MOST_CUES)) : null;
}

/**
 * What was stored since `base`, if anything was: the API has the last one who saves win, and says
 * nothing.
 */
async function storedSince(client: Client, id: string, language: string, base: string | null) {
  const answer = await client.query(JobSubtitles, { id }, { requestPolicy: 'network-only' });
  if (!answer.data) throw new Error('no answer', { cause: answer.error });
  const { job } = answer.data;
  const now = job && savedIn(job, language);
  if (now === base) return null;
  const saved = job && now ? captionIn(job, language) : undefined;
  return { base: now, text: saved ? await readText(saved.output.playbackUrl) : null };
}
