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
    expect(problemOf(clip(60, null), 60)).toMatchObject({
      edge: 'start',
      text: expect.stringMatching(/begins.*00:01:00\.000/),
    });
    expect(problemOf(clip(0, 61), 60)).toMatchObject({
      edge: 'end',
      text: expect.stringMatching(/ends.*00:01:00\.000/),
    });
  });

  it('wants the end that was changed last to be mended, and says how', () => {
    const text = expect.stringContaining('a time after 00:00:05.000') as string;
    expect(problemOf(clip(5, 5), 60)).toEqual({ edge: 'end', text });
    expect(problemOf(clip(5, 4), null, 'end')).toEqual({ edge: 'end', text });
    const before = expect.stringContaining('a time before 00:00:04.000') as string;
    expect(problemOf(clip(5, 4), null, 'start')).toEqual({ edge: 'start', text: before });
  });

  it('minds the end of the film first, whatever was changed', () => {
    expect(problemOf(clip(70, 4), 60, 'end')?.edge).toBe('start');
    expect(problemOf(clip(5, 99), 60, 'start')?.edge).toBe('end');
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
