import { describe, expect, it } from 'vitest';
import {
  begun,
  type Clip,
  type Deed,
  type Draft,
  EMPTY,
  ended,
  MOST_CLIPS,
  pulled,
  reduce,
} from './draft';

const play = (deeds: Deed[], from: Draft = EMPTY) => deeds.reduce(reduce, from);
const at = (seconds: number, duration: number | null = 60) => ({ at: seconds, duration });
const spans = (draft: Draft) => draft.clips.map(({ start, end }) => [start, end]);
const clip: Clip = { id: 1, title: '', start: 10, end: 12, mode: 'EXACT' };

describe('in and out', () => {
  it('begin a clip where none is chosen', () => {
    expect(spans(play([{ do: 'in', ...at(10) }]))).toEqual([[10, 15]]);
    expect(spans(play([{ do: 'out', ...at(3) }]))).toEqual([[0, 3]]);
    expect(play([{ do: 'out', ...at(0) }]).clips).toEqual([]);
  });

  it('set the ends of the one that is chosen', () => {
    const draft = play([
      { do: 'in', ...at(10) },
      { do: 'out', ...at(20) },
      { do: 'in', ...at(12.5) },
    ]);
    expect(spans(draft)).toEqual([[12.5, 20]]);
    expect(draft.selected).toBe(1);
  });

  it('move a clip whose other end they would pass', () => {
    expect(begun(clip, at(30))).toEqual({ start: 30, end: 32 });
    expect(begun(clip, at(59))).toEqual({ start: 59, end: 60 });
    expect(begun(clip, at(60))).toEqual({});
    expect(ended(clip, 5)).toEqual({ start: 3, end: 5 });
    expect(ended(clip, 1)).toEqual({ start: 0, end: 1 });
    expect(ended(clip, 0)).toEqual({});
  });

  it('need no length of the film', () => {
    const draft = play([{ do: 'add', ...at(10, null) }]);
    expect(spans(draft)).toEqual([[10, null]]);
    expect(spans(play([{ do: 'out', ...at(4, null) }], draft))).toEqual([[0, 4]]);
  });
});

describe('add', () => {
  it('stays inside the film', () => {
    expect(spans(play([{ do: 'add', ...at(58) }]))).toEqual([[58, 60]]);
    expect(spans(play([{ do: 'add', ...at(60) }]))).toEqual([[55, 60]]);
    expect(spans(play([{ do: 'add', ...at(2, 2) }]))).toEqual([[0, 2]]);
  });

  it('goes on with the way that the last one is cut', () => {
    const draft = play([
      { do: 'add', ...at(0) },
      { do: 'change', id: 1, patch: { mode: 'COPY', title: 'One' } },
      { do: 'add', ...at(5) },
    ]);
    expect(draft.clips.map(({ mode, title }) => [mode, title])).toEqual([
      ['COPY', 'One'],
      ['COPY', ''],
    ]);
  });

  it('ends where a recipe does', () => {
    const draft = play(Array.from({ length: MOST_CLIPS + 3 }, () => ({ do: 'add', ...at(0) })));
    expect(draft.clips).toHaveLength(MOST_CLIPS);
  });
});

describe('remove and undo', () => {
  const three = play([
    { do: 'add', ...at(0) },
    { do: 'add', ...at(10) },
    { do: 'add', ...at(20) },
  ]);

  it('chooses the next one, then the one before', () => {
    expect(play([{ do: 'remove', id: 2 }], three).selected).toBe(3);
    expect(play([{ do: 'remove', id: 3 }], three).selected).toBe(2);
    expect(play([{ do: 'remove', id: 9 }], three)).toBe(three);
  });

  it('brings clips back where they stood, the latest first', () => {
    const gone = play(
      [
        { do: 'remove', id: 2 },
        { do: 'remove', id: 1 },
      ],
      three,
    );
    const once = play([{ do: 'undo' }], gone);
    expect(once.clips.map(({ id }) => id)).toEqual([1, 3]);
    expect(once.selected).toBe(1);
    expect(play([{ do: 'undo' }], once).clips).toEqual(three.clips);
    expect(play([{ do: 'undo' }, { do: 'undo' }], once).clips).toEqual(three.clips);
  });

  it('keeps what was done since', () => {
    const draft = play(
      [
        { do: 'remove', id: 2 },
        { do: 'change', id: 3, patch: { title: 'Kept' } },
        { do: 'add', ...at(30) },
        { do: 'undo' },
      ],
      three,
    );
    expect(draft.clips.map(({ id, title }) => [id, title])).toEqual([
      [1, ''],
      [2, ''],
      [3, 'Kept'],
      [4, ''],
    ]);
  });

  it('brings back all that were thrown away', () => {
    const cleared = play([{ do: 'clear' }, { do: 'clear' }], three);
    expect(cleared.clips).toEqual([]);
    expect(play([{ do: 'undo' }], cleared).clips).toEqual(three.clips);
  });
});

describe('pulled', () => {
  const film = { duration: 60, step: 0.04 };
  it('stops before the other end and at the ends of the film', () => {
    expect(pulled(clip, 'start', -4, film)).toEqual({ start: 0 });
    expect(pulled(clip, 'start', 30, film)).toEqual({ start: 11.96 });
    expect(pulled(clip, 'end', 3, film)).toEqual({ end: 10.04 });
    expect(pulled(clip, 'end', 99, film)).toEqual({ end: 60 });
    expect(pulled({ ...clip, end: null }, 'start', 59, film)).toEqual({ start: 59 });
  });
});

describe('adopt', () => {
  const two = play([
    { do: 'add', ...at(1) },
    { do: 'add', ...at(9) },
  ]);
  const first = two.clips.slice(0, 1);

  it('takes over what another window has, and leaves the choice where it can', () => {
    const other = [...two.clips, { ...clip, id: 9 }];
    const draft = reduce(two, { do: 'adopt', clips: other });
    expect(draft).toEqual({ clips: other, selected: 2, removed: [] });
  });

  it('brings back what the other window has removed', () => {
    const draft = reduce(two, { do: 'adopt', clips: first });
    expect(draft.selected).toBe(1);
    expect(reduce(draft, { do: 'undo' }).clips).toEqual(two.clips);
    const none = reduce(two, { do: 'adopt', clips: [] });
    expect(none.selected).toBeNull();
    expect(reduce(none, { do: 'undo' }).clips).toEqual(two.clips);
  });
});
