/** What a pointer over a picture shows: the moving preview, or the pictures of the seek bar. */
import { type PointerEvent, useEffect, useState } from 'react';
import { Recent } from '../app/recent';
import { type Cue, cueAt, readCues } from './cues';
import type { Asset } from './operations';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');
/** A long film has thousands of cues. */
const MOST = 30;
const known = new Recent<string, Promise<Cue[]>>(MOST);

/** How far to the right the pointer is, 0 to 1; null while it is elsewhere. */
export function useHover() {
  const [fraction, setFraction] = useState<number | null>(null);
  const follow = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== 'mouse') return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setFraction((event.clientX - left) / width);
  };
  const listeners = { onPointerMove: follow, onPointerLeave: () => setFraction(null) };
  return { fraction, listeners };
}

/** Over the whole picture. */
export function HoverPreview({ asset, fraction }: { asset: Asset; fraction: number }) {
  const { preview, seekIndex } = asset;
  const moves = preview && !stillness.matches;
  if (!moves && !seekIndex) return null;
  return (
    <div className="absolute inset-0">
      {moves ? (
        <Moving preview={preview} />
      ) : (
        seekIndex && <Scrubbed id={seekIndex.id} url={seekIndex.playbackUrl} fraction={fraction} />
      )}
    </div>
  );
}

function Moving({ preview }: { preview: NonNullable<Asset['preview']> }) {
  const look = 'size-full bg-black object-contain';
  return preview.contentType.startsWith('image/') ? (
    <img src={preview.url} alt="" className={look} />
  ) : (
    <video src={preview.url} className={look} muted autoPlay loop playsInline aria-hidden="true" />
  );
}

function Scrubbed({ id, url, fraction }: { id: string; url: string; fraction: number }) {
  const cues = useCues(id, url);
  const cue = cueAt(cues, fraction);
  if (!cue) return null;
  return (
    <svg
      viewBox={`${cue.x} ${cue.y} ${cue.width} ${cue.height}`}
      className="size-full bg-black"
      aria-hidden="true"
    >
      <image href={cue.url} />
    </svg>
  );
}

function useCues(id: string, url: string): Cue[] {
  const [cues, setCues] = useState<Cue[]>([]);
  useEffect(() => {
    let wanted = true;
    const reading = known.get(id) ?? read(url);
    known.set(id, reading);
    reading.then(
      (found) => wanted && setCues(found),
      // The poster is enough; the next time it is tried again.
      () => known.delete(id),
    );
    return () => {
      wanted = false;
    };
  }, [id, url]);
  return cues;
}

async function read(url: string): Promise<Cue[]> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the index answers ${answer.status}`);
  return readCues(await answer.text(), new URL(url, location.href).href);
}
