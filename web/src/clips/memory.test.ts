import { describe, expect, it } from 'vitest';
import type { Clip } from './draft';
import { recalled, remember } from './memory';

function shelf() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const clips: Clip[] = [
  { id: 4, title: '<b>One</b>', start: 1.04, end: 2, mode: 'SMART' },
  { id: 7, title: '', start: 3, end: null, mode: 'COPY' },
];

const forbidden = () => {
  throw new DOMException('no', 'SecurityError');
};

describe('memory', () => {
  it('brings the clips of an asset back', () => {
    const here = shelf();
    remember('a', clips, () => here);
    const draft = recalled('a', () => here);
    expect(draft.clips).toEqual(clips.map((clip, index) => ({ ...clip, id: index + 1 })));
    expect(draft.selected).toBe(1);
    expect(recalled('b', () => here).clips).toEqual([]);
  });

  it('keeps nothing of an empty list', () => {
    const here = shelf();
    remember('a', clips, () => here);
    remember('a', [], () => here);
    expect(here.kept.size).toBe(0);
  });

  it.each([
    '',
    '{',
    '{}',
    '[1, null, {"start": 1}]',
    '[{"title":"","start":-1,"end":1,"mode":"X"}]',
  ])('takes no harm from %j', (text) => {
    const here = shelf();
    here.setItem('reelmill-clips-a', text);
    expect(recalled('a', () => here).clips).toEqual([]);
  });

  it('does without where the browser permits none', () => {
    expect(recalled('a', forbidden).clips).toEqual([]);
    expect(() => remember('a', clips, forbidden)).not.toThrow();
  });
});
