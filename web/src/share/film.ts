/** What the server says of a shared film. Nobody needs to be signed in for it. */
import { noteAnswer } from '../app/reach';

export interface Film {
  title: string;
  kind: 'HLS' | 'MP4' | 'DASH' | 'CLIP' | 'AUDIO';
  playbackUrl: string;
  /** Pixels; null where there is sound alone. */
  width: number | null;
  posterUrl: string | null;
  thumbnailsUrl: string | null;
  captions: { url: string; language: string | null; label: string | null; saved: boolean }[];
}

export type Answer = { state: 'there'; film: Film } | { state: 'ended' | 'missing' | 'failed' };

const GONE = 410;

/** A film, or why there is none. `failed`: it is worth asking again. */
export async function readFilm(token: string, signal?: AbortSignal): Promise<Answer> {
  try {
    const answer = await fetch(`/s/${encodeURIComponent(token)}/film.json`, {
      signal: signal ?? null,
    });
    if (answer.ok) return { state: 'there', film: (await answer.json()) as Film };
    if (answer.status === GONE) return { state: 'ended' };
    return { state: answer.status < 500 ? 'missing' : 'failed' };
  } catch {
    if (!signal?.aborted) noteAnswer(false);
    return { state: 'failed' };
  }
}

/** `eng` as `en`: streams name their own subtitles so, and none should be offered twice. */
export function shortLanguage(code: string | null): string {
  return code ? (Intl.getCanonicalLocales(code)[0] ?? code) : 'und';
}
