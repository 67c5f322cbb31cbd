/** What keys and buttons do, each once. */
import { formatTimecode } from '../clock';
import { formatCount } from '../format';
import { messages } from '../messages';
import { type Clip, isFull, MOST_CLIPS, selectedOf } from './draft';
import type { EditorState } from './editor';
import type { KeyDeed } from './keys';

const texts = messages.clips;

export type Deeds = ReturnType<typeof deedsOf>;

export const nameOf = (clips: readonly Clip[], clip: Clip): string => {
  const place = clips.indexOf(clip) + 1;
  return clip.title ? texts.named(place, clip.title) : texts.clip(place);
};

export function deedsOf({ film, draft, act, playback, say, refocus }: EditorState) {
  const place = () => ({ at: playback.at.get(), duration: film.duration });
  const begin = (deed: 'add' | 'in' | 'out') => {
    if (isFull(draft) && (deed === 'add' || !selectedOf(draft)))
      return say(texts.full(formatCount(MOST_CLIPS)));
    act({ do: deed, ...place() });
    if (deed === 'out') return say(texts.saidOut(formatTimecode(playback.at.get())));
    return say(texts.saidIn(formatTimecode(playback.at.get())));
  };
  return {
    add: () => begin('add'),
    setIn: () => begin('in'),
    setOut: () => begin('out'),
    remove: (clip = selectedOf(draft)) => {
      if (!clip) return;
      act({ do: 'remove', id: clip.id });
      say(texts.saidRemoved(nameOf(draft.clips, clip)));
      refocus();
    },
    clear: () => {
      act({ do: 'clear' });
      say(texts.saidThrownAway);
      refocus();
    },
    undo: () => {
      if (draft.removed.length === 0) return;
      act({ do: 'undo' });
      say(texts.saidBack);
      refocus();
    },
    preview: (clip = selectedOf(draft)) => {
      if (!clip) return;
      const end = clip.end ?? film.duration ?? Infinity;
      if (end > clip.start) playback.preview({ start: clip.start, end });
    },
    play: playback.toggle,
    step: playback.step,
    first: () => playback.seek(0),
    last: () => playback.seek(film.duration ?? playback.at.get()),
  };
}

export function doKey(key: KeyDeed, deeds: Deeds): void {
  if (typeof key === 'object') return deeds.step(key.step);
  const names = { in: deeds.setIn, out: deeds.setOut } as const;
  if (key === 'in' || key === 'out') return names[key]();
  return deeds[key]();
}
