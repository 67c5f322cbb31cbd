import { describe, expect, it } from 'vitest';
import { daysOf, readStretch, stretchOf } from './stretch';

const day = (date: Date | null) =>
  date && [date.getFullYear(), date.getMonth() + 1, date.getDate()].join('-');
const NEW_YEAR = new Date(2027, 0, 31, 23, 59);

describe('stretchOf', () => {
  it('begins a month on its first day', () => {
    const { from, to } = stretchOf('month', NEW_YEAR);
    expect(new Date(from ?? '')).toEqual(new Date(2027, 0, 1));
    expect(to).toBeNull();
  });

  it('ends the last month where this one begins, also over the end of a year', () => {
    const last = stretchOf('last', NEW_YEAR);
    expect(new Date(last.from ?? '')).toEqual(new Date(2026, 11, 1));
    expect(last.to).toBe(stretchOf('month', NEW_YEAR).from);
  });

  it('bounds all time nowhere', () => {
    expect(stretchOf('all', NEW_YEAR)).toEqual({ from: null, to: null });
  });
});

describe('daysOf', () => {
  it('names the last day that belongs to it', () => {
    const { first, last } = daysOf(stretchOf('last', new Date(2027, 2, 5)), new Date(2027, 2, 5));
    expect([day(first), day(last)]).toEqual(['2027-2-1', '2027-2-28']);
  });

  it('goes on until now', () => {
    expect(daysOf(stretchOf('all', NEW_YEAR), NEW_YEAR)).toEqual({ first: null, last: NEW_YEAR });
  });
});

describe('readStretch', () => {
  it('takes what it knows from an address', () => {
    expect(readStretch({ of: 'last' })).toEqual({ of: 'last' });
    expect(readStretch({ of: 'month' })).toEqual({});
    expect(readStretch({ of: 'yesterday' })).toEqual({});
  });
});
