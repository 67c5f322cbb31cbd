import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from './draft';
import { recalled, remember } from './memory';

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
    expect(draft.clips).toEqual(clips.map((clip, index) => ({ ...clip, id: index + 1 })));
    expect(draft.selected).toBe(1);
    expect(recalled('b').clips).toEqual([]);
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
