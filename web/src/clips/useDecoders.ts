/** What this browser can show: by what it says of a codec, and by what it then failed at. */
import { useCallback, useState } from 'react';
import { mayDecode } from '../player/failure';
import type { FilmOutput } from './operations';

const NONE: ReadonlySet<string> = new Set();

export function useDecoders() {
  const [failed, setFailed] = useState(NONE);
  const decodes = useCallback(
    ({ id, videoCodec }: FilmOutput) => !failed.has(id) && mayDecode(videoCodec, canPlay),
    [failed],
  );
  const fail = useCallback((id: string) => setFailed((before) => new Set([...before, id])), []);
  return { decodes, fail };
}

const canPlay = (type: string) => document.createElement('video').canPlayType(type);
