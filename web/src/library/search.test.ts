import { describe, expect, it } from 'vitest';
import { filterOf, filtersIn, isNarrowed, orderOf, readSearch } from './search';

describe('readSearch', () => {
  it('takes what it understands and leaves out the rest', () => {
    const raw = {
      text: 'goal',
      kind: 'VIDEO',
      status: 'GONE',
      longer: '-1',
      sort: 'SIZE_ASC',
      x: 'y',
    };
    expect(readSearch(raw)).toEqual({ text: 'goal', kind: 'VIDEO', sort: 'SIZE_ASC' });
    expect(readSearch({ text: ['a', 'b'], view: 'table' })).toEqual({});
  });

  it('does not say what goes without saying', () => {
    expect(readSearch({ sort: 'CREATED_AT_DESC', text: '' })).toEqual({});
    expect(orderOf({})).toBe('CREATED_AT_DESC');
  });
});

describe('filterOf', () => {
  it('turns minutes and megabytes into what the API counts in', () => {
    expect(filterOf({ longer: '1.5', larger: '2', video: 'hevc', status: 'READY' })).toMatchObject({
      durationFrom: 90,
      durationTo: null,
      sizeFrom: 2_097_152,
      videoCodec: ['hevc'],
      status: ['READY'],
      text: null,
    });
  });
});

describe('isNarrowed', () => {
  it('counts what hides assets, not how they are shown', () => {
    expect(isNarrowed({ view: 'list', sort: 'SIZE_ASC' })).toBe(false);
    expect(isNarrowed({ text: 'a' })).toBe(true);
    expect(filtersIn({ text: 'a', tag: 'b', smaller: '3' })).toBe(2);
  });
});
