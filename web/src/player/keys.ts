/** What a key does in the player. Pure. */
import type { Actions } from './media';

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;
type Focus = { matches: (selectors: string) => boolean };
type Deed = (actions: Actions) => void;

const STEP = 5;
const STRIDE = 10;
const LOUDER = 0.1;

const DEEDS: Record<string, Deed> = {
  ' ': ({ togglePlay }) => togglePlay(),
  k: ({ togglePlay }) => togglePlay(),
  arrowleft: ({ seekBy }) => seekBy(-STEP),
  arrowright: ({ seekBy }) => seekBy(STEP),
  j: ({ seekBy }) => seekBy(-STRIDE),
  l: ({ seekBy }) => seekBy(STRIDE),
  home: ({ seekTo }) => seekTo(0),
  end: ({ seekTo }) => seekTo(Infinity),
  arrowup: ({ louder }) => louder(LOUDER),
  arrowdown: ({ louder }) => louder(-LOUDER),
  m: ({ toggleMute }) => toggleMute(),
  c: ({ toggleSubtitles }) => toggleSubtitles(),
  f: ({ toggleFullscreen }) => toggleFullscreen(),
  p: ({ togglePip }) => togglePip(),
};

/** Nothing for keys that belong to the browser, or to whatever has the focus. */
export function deedOf(press: Press, focus: Focus): Deed | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  if (focus.matches('[role^="menu"], [data-own-keys]')) return undefined;
  if (press.key === ' ' && focus.matches('button')) return undefined;
  return DEEDS[press.key.toLowerCase()];
}
