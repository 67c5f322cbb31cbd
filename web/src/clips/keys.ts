/** What a key does in the editor. Pure. */

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;
type Focus = { matches: (selectors: string) => boolean };

export type KeyDeed =
  | 'in'
  | 'out'
  | 'add'
  | 'play'
  | 'preview'
  | 'remove'
  | 'undo'
  | 'first'
  | 'last'
  | { step: number };

/** Frames that a key goes on with Shift. */
const STRIDE = 10;

const DEEDS: Record<string, KeyDeed> = {
  i: 'in',
  o: 'out',
  n: 'add',
  p: 'preview',
  ' ': 'play',
  k: 'play',
  delete: 'remove',
  backspace: 'remove',
  home: 'first',
  end: 'last',
};

const STEPS: Record<string, number> = {
  arrowleft: -1,
  arrowright: 1,
  ',': -1,
  '.': 1,
  // What Shift makes of comma and full stop.
  '<': -1,
  '>': 1,
};

/** Nothing for keys that belong to the browser, or to whatever has the focus. */
export function keyDeedOf(press: Press, focus: Focus): KeyDeed | undefined {
  if (focus.matches('input, select, textarea, summary, [data-own-keys]')) return undefined;
  const key = press.key.toLowerCase();
  if (press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey) return key === 'z' && !press.shiftKey ? 'undo' : undefined;
  if (key === ' ' && focus.matches('button, a')) return undefined;
  const step = STEPS[key];
  if (step) return { step: press.shiftKey ? step * STRIDE : step };
  return press.shiftKey ? undefined : DEEDS[key];
}
