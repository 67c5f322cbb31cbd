import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from './draft';
import { follow, recalled, recalledTitle, remember, rememberTitle } from './memory';

function shelf() {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return kept;
}

const forbidden = () => {
  throw new DOMException('no', 'SecurityError');
};

afterEach(() => vi.unstubAllGlobals());

const clips: Clip[] = [
  { id: 4, title: '<b>One</b>', start: 1.04, end: 2, mode: 'SMART' },
  { id: 7, title: '', start: 3, end: null, mode: 'COPY' },
];

describe('memory', () => {
  it('brings the clips of an asset back', () => {
    shelf();
    remember('a', clips);
    const draft = recalled('a');
    expect(draft.clips).toEqual(clips);
    expect(draft.selected).toBe(4);
    expect(recalled('b').clips).toEqual([]);
  });

  it('brings the name of their job back, and leaves none behind', () => {
    const here = shelf();
    rememberTitle('a', 'Best of');
    expect([recalledTitle('a'), recalledTitle('b')]).toEqual(['Best of', '']);
    rememberTitle('a', '');
    expect(here.size).toBe(0);
    here.set('reelmill-clips-title a', '7');
    expect(recalledTitle('a')).toBe('');
  });

  it('tells two clips of the same number apart', () => {
    const here = shelf();
    const twins = [4, 4, 'x'].map((id) => Object.assign({}, clips[0], { id }));
    here.set('reelmill-clips-a', JSON.stringify(twins));
    expect(recalled('a').clips.map(({ id }) => id)).toEqual([4, 5, 6]);
  });

  it('hears what another window does with the same asset, and no more', () => {
    const here = shelf();
    const windows = new EventTarget();
    vi.stubGlobal('addEventListener', windows.addEventListener.bind(windows));
    vi.stubGlobal('removeEventListener', windows.removeEventListener.bind(windows));
    const told = (key: string | null) =>
      windows.dispatchEvent(Object.assign(new Event('storage'), { key }));
    const heard: number[] = [];
    const stop = follow('a', (found) => heard.push(found.length));
    remember('a', clips);
    told('reelmill-clips-a');
    told('reelmill-clips-b');
    here.clear();
    told(null);
    remember('a', clips);
    windows.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    stop();
    told('reelmill-clips-a');
    expect(heard).toEqual([2, 0, 2]);
  });

  it('keeps nothing of an empty list', () => {
    const here = shelf();
    remember('a', clips);
    remember('a', []);
    expect(here.size).toBe(0);
  });

  it.each([
    '',
    '{',
    '{}',
    '[1, null, {"start": 1}]',
    '[{"title":"","start":-1,"end":1,"mode":"X"}]',
  ])('takes no harm from %j', (text) => {
    const here = shelf();
    here.set('reelmill-clips-a', text);
    expect(recalled('a').clips).toEqual([]);
  });

  it('does without where the browser permits none', () => {
    vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden });
    expect(recalled('a').clips).toEqual([]);
    expect(remember('a', clips)).toBe(false);
  });
});
