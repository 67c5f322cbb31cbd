/**
 * Keeps the clips of an asset in this browser until their job is started. Best effort: without a memory
 * (a private window, a full disk) everything works but a reload.
 */
import { type Clip, type ClipMode, type Draft, EMPTY, MOST_CLIPS } from './draft';

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const keyOf = (asset: string) => `reelmill-clips-${asset}`;

export function recalled(asset: string, shelf: () => Shelf = () => localStorage): Draft {
  const text = quietly(() => shelf().getItem(keyOf(asset)));
  const found: unknown = text ? quietly(() => JSON.parse(text) as unknown) : null;
  if (!Array.isArray(found)) return EMPTY;
  const clips = found
    .slice(0, MOST_CLIPS)
    .flatMap((one: unknown, index) => clipOf(one, index + 1) ?? []);
  return { clips, selected: clips[0]?.id ?? null, removed: [] };
}

export function remember(
  asset: string,
  clips: readonly Clip[],
  shelf: () => Shelf = () => localStorage,
): void {
  quietly(() =>
    clips.length > 0
      ? shelf().setItem(keyOf(asset), JSON.stringify(clips))
      : shelf().removeItem(keyOf(asset)),
  );
}

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

function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
