import { describe, expect, it } from 'vitest';
import type { Clip } from './draft';
import { byClip, problemOf } from './problems';

const clip = (start: number, end: number | null): Clip => ({
  id: 1,
  title: '',
  start,
  end,
  mode: 'EXACT',
});

describe('problemOf', () => {
  it('takes what lies inside the film', () => {
    expect(problemOf(clip(0, 60), 60)).toBeNull();
    expect(problemOf(clip(0, 60.01), 60)).toBeNull();
    expect(problemOf(clip(10, null), 60)).toBeNull();
    expect(problemOf(clip(10, 9999), null)).toBeNull();
  });

  it('says where the film ends', () => {
    expect(problemOf(clip(60, null), 60)).toMatch(/begins.*00:01:00\.000/);
    expect(problemOf(clip(0, 61), 60)).toMatch(/ends.*00:01:00\.000/);
  });

  it('wants an end after the start', () => {
    expect(problemOf(clip(5, 5), 60)).toMatch(/after/);
    expect(problemOf(clip(5, 4), null)).toMatch(/after/);
  });
});

describe('byClip', () => {
  it('finds the clip that the server means', () => {
    const field = ['input', 'recipe', 'clips', '3', 'title'];
    const refusal = byClip([{ field, message: 'clips.3.title: string is too long' }]);
    expect([...refusal.ofClip]).toEqual([[3, 'String is too long.']]);
    expect(refusal.general).toEqual([]);
  });

  it('says the rest of the whole', () => {
    const refusal = byClip([
      { field: ['input', 'recipe', 'clips'], message: 'too many' },
      { field: null, message: 'the asset is gone' },
    ]);
    expect(refusal.general).toEqual(['Too many.', 'The asset is gone.']);
    expect(refusal.ofClip.size).toBe(0);
  });
});
