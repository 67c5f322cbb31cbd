import { describe, expect, it } from 'vitest';
import { messages } from '../../messages';
import { problemsOf } from './problems';
import { heightsOf, isWanted, SECTIONS, TIER, withHeights } from './sections';

describe('the form', () => {
  it('asks only for what a recipe may say', () => {
    for (const { path, value } of SECTIONS)
      expect(problemsOf({ [String(path[0])]: value })).toEqual([]);
    expect(TIER.options).toContain('PREMIUM');
  });

  it('has words for every part and every field', () => {
    const fields = [TIER, ...SECTIONS.flatMap((one) => one.fields)];
    for (const { path } of fields) expect(messages.presets.fields).toHaveProperty([path.join('.')]);
    for (const { name } of SECTIONS) expect(messages.presets.sections).toHaveProperty([name]);
  });
});

describe('isWanted', () => {
  it('takes an empty part for a wish and nothing for none', () => {
    expect([{}, [{}], [], null, undefined].map((one) => isWanted(one))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('withHeights', () => {
  it('keeps what was said of a rung', () => {
    const rungs = [{ height: 720, bitrate: 2_000_000 }, { height: 480 }];
    expect(heightsOf(rungs)).toEqual([720, 480]);
    expect(withHeights(rungs, '1080, 720;720')).toEqual([
      { height: 1080 },
      { height: 720, bitrate: 2_000_000 },
    ]);
  });

  it('takes no height for the ladder that fits the film', () => {
    expect(withHeights([{ height: 720 }], ' , ')).toBeUndefined();
    expect(heightsOf(undefined)).toEqual([]);
  });
});
