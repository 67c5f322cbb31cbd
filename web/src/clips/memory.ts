/** Keeps the clips of an asset, and the name of their job, in this browser until it is started. */
import { followKept, keep, readKept } from '../app/kept';
import { type Clip, type ClipMode, type Draft, EMPTY, MOST_CLIPS } from './draft';

const keyOf = (asset: string) => `reelmill-clips-${asset}`;

export function recalled(asset: string): Draft {
  const clips = clipsOf(readKept(keyOf(asset)));
  return { ...EMPTY, clips, selected: clips[0]?.id ?? null };
}

/** Told of the clips as another window of this browser has left them. */
export const follow = (asset: string, listener: (clips: Clip[]) => void): (() => void) =>
  followKept(keyOf(asset), (found) => listener(clipsOf(found)));

function clipsOf(found: unknown): Clip[] {
  const all = Array.isArray(found) ? found.slice(0, MOST_CLIPS) : [];
  const taken = new Set<number>();
  return all.flatMap((one: unknown) => {
    const clip = clipOf(one, taken);
    if (clip) taken.add(clip.id);
    return clip ?? [];
  });
}

export const remember = (asset: string, clips: readonly Clip[]): boolean =>
  keep(keyOf(asset), clips.length > 0 ? clips : null);

const titleOf = (asset: string) => `reelmill-clips-title ${asset}`;

/** What the job is to be called. */
export function recalledTitle(asset: string): string {
  const found = readKept(titleOf(asset));
  return typeof found === 'string' ? found : '';
}

export const rememberTitle = (asset: string, title: string): boolean =>
  keep(titleOf(asset), title || null);

const MODES: readonly unknown[] = ['COPY', 'EXACT', 'SMART'] satisfies ClipMode[];

/** What an older page has written may be anything. */
function clipOf(found: unknown, taken: ReadonlySet<number>): Clip | null {
  if (typeof found !== 'object' || found === null) return null;
  const { id, title, start, end, mode } = found as Record<string, unknown>;
  const wellFormed =
    typeof title === 'string' &&
    isTime(start) &&
    (end === null || isTime(end)) &&
    MODES.includes(mode);
  if (!wellFormed) return null;
  return { id: ownId(id, taken), title, start, end, mode: mode as ClipMode };
}

/** The same clip has the same number in every window. */
function ownId(id: unknown, taken: ReadonlySet<number>): number {
  if (Number.isSafeInteger(id) && Number(id) > 0 && !taken.has(Number(id))) return Number(id);
  return 1 + Math.max(0, ...taken);
}

const isTime = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;
