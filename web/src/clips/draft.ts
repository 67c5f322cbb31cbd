/** The clips that somebody is choosing, and what can be done with them. Pure. */
import { clamp, rounded } from './time';

export type ClipMode = 'COPY' | 'EXACT' | 'SMART';

export interface Clip {
  /** Of the draft; the API knows clips by their place. */
  id: number;
  title: string;
  start: number;
  /** Exclusive. Null runs to the end of the film, for one whose length nobody knows yet. */
  end: number | null;
  mode: ClipMode;
}

interface Removal {
  clips: Clip[];
  selected: number | null;
}

export interface Draft {
  clips: Clip[];
  selected: number | null;
  /** What stood there before each removal, the latest at the end. */
  removed: Removal[];
}

/** As many as a recipe takes. */
export const MOST_CLIPS = 50;
/** As the API takes it. */
export const LONGEST_TITLE = 200;
const NEW_SECONDS = 5;
const REMEMBERED = 20;

export const EMPTY: Draft = { clips: [], selected: null, removed: [] };

/** Where the film is, and how long; null where nobody knows. */
export interface Place {
  at: number;
  duration: number | null;
}

export type Deed =
  | ({ do: 'add' } & Place)
  | ({ do: 'in' } & Place)
  | ({ do: 'out' } & Place)
  | { do: 'change'; id: number; patch: Partial<Omit<Clip, 'id'>> }
  | { do: 'select'; id: number }
  | { do: 'remove'; id: number }
  | { do: 'clear' }
  | { do: 'undo' }
  /** Another window of this browser has changed them. */
  | { do: 'adopt'; clips: Clip[] };

export function reduce(draft: Draft, deed: Deed): Draft {
  switch (deed.do) {
    case 'add':
      return added(draft, deed);
    case 'in':
    case 'out':
      return marked(draft, deed);
    case 'change':
      return changed(draft, deed.id, deed.patch);
    case 'select':
      return { ...draft, selected: deed.id };
    case 'remove':
      return removed(draft, deed.id);
    case 'clear':
      return { clips: [], selected: null, removed: noted(draft) };
    case 'undo':
      return undone(draft);
    case 'adopt':
      return adopted(draft, deed.clips);
  }
}

export const selectedOf = (draft: Draft): Clip | undefined =>
  draft.clips.find((clip) => clip.id === draft.selected);

export const isFull = (draft: Draft): boolean => draft.clips.length >= MOST_CLIPS;

function added(draft: Draft, { at, duration }: Place, end?: number): Draft {
  if (isFull(draft)) return draft;
  const id = 1 + Math.max(0, ...allIds(draft));
  // At the very end of the film there is nothing to the right.
  const start = duration !== null && at >= duration ? Math.max(0, duration - NEW_SECONDS) : at;
  const clip: Clip = {
    id,
    title: '',
    start: rounded(start),
    end: end ?? (duration === null ? null : rounded(Math.min(start + NEW_SECONDS, duration))),
    mode: draft.clips.at(-1)?.mode ?? 'EXACT',
  };
  return { ...draft, clips: [...draft.clips, clip], selected: id };
}

/** Also those that may come back. */
const allIds = (draft: Draft): number[] =>
  [draft, ...draft.removed].flatMap(({ clips }) => clips.map(({ id }) => id));

/** In or out, of the clip that is chosen, or of a new one where none is. */
function marked(draft: Draft, deed: Place & { do: 'in' | 'out' }): Draft {
  const { at } = deed;
  const clip = selectedOf(draft);
  if (clip) return changed(draft, clip.id, deed.do === 'in' ? begun(clip, deed) : ended(clip, at));
  if (deed.do === 'in') return added(draft, deed);
  if (at <= 0) return draft;
  return added(draft, { ...deed, at: Math.max(0, at - NEW_SECONDS) }, rounded(at));
}

/** Past its other end a clip moves as it is: none is ever turned around. */
export function begun({ start, end }: Clip, { at, duration }: Place): Partial<Clip> {
  if (end === null || at < end) return { start: at };
  const moved = Math.min(at + end - start, duration ?? Infinity);
  return moved > at ? { start: at, end: rounded(moved) } : {};
}

export function ended({ start, end }: Clip, at: number): Partial<Clip> {
  if (at > start) return { end: at };
  if (at <= 0) return {};
  const seconds = end === null ? NEW_SECONDS : end - start;
  return { start: rounded(Math.max(0, at - seconds)), end: at };
}

/** One end, pulled: it stops a frame before the other, and at the ends of the film. */
export function pulled(
  { start, end }: Clip,
  edge: 'start' | 'end',
  at: number,
  { duration, step }: { duration: number; step: number },
): Partial<Clip> {
  const last = Math.min(end ?? duration, duration);
  return edge === 'start'
    ? { start: rounded(clamp(at, 0, Math.max(0, last - step))) }
    : { end: rounded(clamp(at, Math.min(start + step, duration), duration)) };
}

const changed = (draft: Draft, id: number, patch: Partial<Clip>): Draft => ({
  ...draft,
  clips: draft.clips.map((clip) => (clip.id === id ? { ...clip, ...patch } : clip)),
  selected: id,
});

function removed(draft: Draft, id: number): Draft {
  const at = draft.clips.findIndex((clip) => clip.id === id);
  if (at < 0) return draft;
  const clips = draft.clips.toSpliced(at, 1);
  return { clips, selected: (clips[at] ?? clips.at(-1))?.id ?? null, removed: noted(draft) };
}

/** What is gone by it can be brought back here, too. */
function adopted(draft: Draft, clips: Clip[]): Draft {
  const there = new Set(clips.map(({ id }) => id));
  const lost = draft.clips.some(({ id }) => !there.has(id));
  const stays = draft.selected !== null && there.has(draft.selected);
  return {
    clips,
    selected: stays ? draft.selected : (clips[0]?.id ?? null),
    removed: lost ? noted(draft) : draft.removed,
  };
}

const noted = ({ clips, selected, removed: before }: Draft): Removal[] =>
  clips.length === 0 ? before : [...before, { clips, selected }].slice(-REMEMBERED);

/** What was removed comes back, where it stood; what has changed or come since stays so. */
function undone(draft: Draft): Draft {
  const before = draft.removed.at(-1);
  if (!before) return draft;
  const now = new Map(draft.clips.map((clip) => [clip.id, clip]));
  const known = new Set(before.clips.map(({ id }) => id));
  const clips = [
    ...before.clips.map((clip) => now.get(clip.id) ?? clip),
    ...draft.clips.filter(({ id }) => !known.has(id)),
  ];
  return {
    clips: clips.slice(0, MOST_CLIPS),
    selected: before.clips.find(({ id }) => !now.has(id))?.id ?? before.selected,
    removed: draft.removed.slice(0, -1),
  };
}
