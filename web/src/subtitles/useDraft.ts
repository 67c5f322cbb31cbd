/** Keeps what is written and not saved: soon after each change, and before the page is gone. */
import { useEffect, useRef } from 'react';
import { writeDraft } from './drafts';
import { type Subtitles, writeVtt } from './vtt';

const SOON_MS = 400;

interface Kept {
  jobId: string;
  language: string;
  doc: Subtitles;
  base: string | null;
  unsaved: boolean;
}

export function useDraft(now: Kept): void {
  const { jobId, language, doc, base, unsaved } = now;
  const newest = useRef(now);
  useEffect(() => {
    newest.current = now;
  });
  useEffect(() => {
    const timer = setTimeout(() => keep({ jobId, language, doc, base, unsaved }), SOON_MS);
    return () => clearTimeout(timer);
  }, [jobId, language, doc, base, unsaved]);
  useEffect(() => {
    const leave = () => keep(newest.current);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, []);
}

const keep = ({ jobId, language, doc, base, unsaved }: Kept) =>
  writeDraft(jobId, language, unsaved ? { text: writeVtt(doc), base, at: Date.now() } : null);
