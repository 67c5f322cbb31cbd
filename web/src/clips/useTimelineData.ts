/** What the timeline draws, read from the links of outputs. */
import { useEffect, useState } from 'react';
import { arriving } from '../app/arriving';
import { keptLink } from '../jobs/links';
import { type Cue, readCues } from '../library/cues';
import { useNow } from '../ui/useNow';
import type { Sources } from './film';
import type { FilmOutput } from './operations';
import { type Peaks, readPeaks } from './peaks';

export interface TimelineData {
  cues: Cue[];
  peaks: Peaks | null;
}

const NO_CUES: Cue[] = [];

export function useTimelineData({ peaks, index }: Sources): TimelineData {
  const now = useNow();
  const link = (output: FilmOutput | undefined, name: 'url' | 'playbackUrl') =>
    output && keptLink(output.id, output[name], now);
  return {
    // Names in the index are relative to the link that plays; a file comes straight from the store.
    cues: useRead(index?.id, link(index, 'playbackUrl'), cuesOf) ?? NO_CUES,
    peaks: useRead(peaks?.id, link(peaks, 'url'), peaksOf) ?? null,
  };
}

/** Read once for an output, whatever link it has by then. Without it the timeline is plain. */
function useRead<T>(
  id: string | undefined,
  url: string | undefined,
  read: (answer: Response, url: string) => Promise<T>,
): T | undefined {
  const [found, setFound] = useState<{ id: string; value: T }>();
  useEffect(() => {
    if (!id || !url || found?.id === id) return;
    const stop = new AbortController();
    const look = async () => {
      const answer = await arriving(() => fetch(url, { signal: stop.signal }));
      if (!answer.ok) return;
      const value = await read(answer, new URL(url, location.href).href);
      if (!stop.signal.aborted) setFound({ id, value });
    };
    look().catch(() => undefined);
    return () => stop.abort();
  }, [id, url, read, found?.id]);
  return found?.id === id ? found?.value : undefined;
}

const cuesOf = async (answer: Response, url: string) => readCues(await answer.text(), url);

const peaksOf = async (answer: Response) => readPeaks(await answer.json());
