/** Keeps the clips of an asset in this browser until their job is started. */
import { keep, readKept } from '../app/kept';
import { type Clip, type ClipMode, type Draft, EMPTY, MOST_CLIPS } from './draft';

const keyOf = (asset: string) => `reelmill-clips-${asset}`;

export function recalled(asset: string): Draft {
  const found = readKept(keyOf(asset));
  if (!Array.isArray(found)) return EMPTY;
  const clips = found
    .slice(0, MOST_CLIPS)
    .flatMap((one: unknown, index) => clipOf(one, index + 1) ?? []);
  return { clips, selected: clips[0]?.id ?? null, removed: [] };
}

export const remember = (asset: string, clips: readonly Clip[]): boolean =>
  keep(keyOf(asset), clips.length > 0 ? clips : null);

const MODES: readonly unknown[] = ['COPY', 'EXACT', 'SMART'] satisfies ClipMode[];

/** What an older page has written may be anything. */
function clipOf(found: unknown, id: number): Clip | null {
  if (typeof found !== 'object' || found === null) return null;
  const { title, start, end, mode } = found as Record<string, unknown>;
  const wellFormed =
    typeof title === 'string' &&
    isTime(start) &&
    (end === null || isTime(end)) &&
    MODES.includes(mode);
  return wellFormed ? { id, title, start, end, mode: mode as ClipMode } : null;
}

const isTime = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;
