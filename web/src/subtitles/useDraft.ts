/**
 * Keeps what is written and not saved: soon after each change, and before the page is gone. Windows of
 * this browser share it: what one writes, the others show.
 */
import { useEffect, useRef } from 'react';
import { followDraft, writeDraft } from './drafts';
import { matched } from './edits';
import { readVtt, type Subtitles, writeVtt } from './vtt';

const SOON_MS = 400;

interface Kept {
  jobId: string;
  language: string;
  doc: Subtitles;
  base: string | null;
  unsaved: boolean;
}

interface Options extends Kept {
  /** Another window has written this. */
  onAdopt: (doc: Subtitles) => void;
  /** Another window has saved what was kept, or thrown it away. */
  onSettled: () => void;
}

/** `NOTHING`: no draft is kept, so there is none to take away, least of all that of another window. */
const NOTHING = null;
type Written = Subtitles | typeof NOTHING;

export function useDraft(now: Options): void {
  const { jobId, language, doc, base, unsaved } = now;
  const newest = useRef(now);
  useEffect(() => {
    newest.current = now;
  });
  // What is kept already, by whichever window.
  const written = useRef<Written>(unsaved ? doc : NOTHING);
  useEffect(() => {
    const timer = setTimeout(() => keep(written, { jobId, language, doc, base, unsaved }), SOON_MS);
    return () => clearTimeout(timer);
  }, [jobId, language, doc, base, unsaved]);
  useEffect(() => {
    const leave = () => keep(written, newest.current);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, []);
  useEffect(
    () =>
      followDraft(jobId, language, (draft) => {
        const found = draft && readVtt(draft.text);
        const mine = newest.current;
        if (found) {
          written.current = matched(mine.doc, found);
          mine.onAdopt(written.current);
        } else if (mine.unsaved && written.current === mine.doc) mine.onSettled();
        // What was typed here meanwhile is kept again.
        else written.current = NOTHING;
      }),
    [jobId, language],
  );
}

function keep(written: { current: Written }, { jobId, language, doc, base, unsaved }: Kept): void {
  const wanted = unsaved ? doc : NOTHING;
  if (wanted === written.current) return;
  written.current = wanted;
  writeDraft(jobId, language, wanted && { text: writeVtt(wanted), base, at: Date.now() });
}
