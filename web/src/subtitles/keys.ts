/** What a key does in the editor. Pure. */

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

export type GlobalDeed = 'save' | 'toggle' | 'undo' | 'redo';

/** Wherever in the editor the focus is. */
export function globalDeed(press: Press): GlobalDeed | null {
  if (press.altKey || !(press.ctrlKey || press.metaKey)) return null;
  if (press.code === 'Space') return 'toggle';
  const key = press.key.toLowerCase();
  if (key === 's') return 'save';
  if (key === 'z') return press.shiftKey ? 'redo' : 'undo';
  return key === 'y' ? 'redo' : null;
}

export type CueDeed = 'startNow' | 'endNow' | 'split' | 'insert' | 'above' | 'below' | 'close';

/** In the fields of a cue. By the place of the key, because Alt writes other letters on a Mac. */
export function cueDeed(press: Press): CueDeed | null {
  if (press.key === 'Escape') return 'close';
  if (press.key === 'Enter' && (press.ctrlKey || press.metaKey)) return 'insert';
  if (!press.altKey || press.ctrlKey || press.metaKey) return null;
  const deeds: Record<string, CueDeed> = {
    KeyI: 'startNow',
    KeyO: 'endNow',
    Enter: 'split',
    NumpadEnter: 'split',
    ArrowUp: 'above',
    ArrowDown: 'below',
  };
  return deeds[press.code] ?? null;
}

/** Where in the list the focus goes. */
export function indexAfter(key: string, index: number, count: number): number | null {
  const goals: Record<string, number> = {
    ArrowUp: index - 1,
    ArrowDown: index + 1,
    PageUp: index - 10,
    PageDown: index + 10,
    Home: 0,
    End: count - 1,
  };
  const goal = goals[key];
  return goal === undefined ? null : Math.min(count - 1, Math.max(0, goal));
}
