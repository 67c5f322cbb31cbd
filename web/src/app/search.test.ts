import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search';

describe('search', () => {
  it('keeps words as words, also those that look like numbers', () => {
    expect(parseSearch('?text=007&status=READY')).toEqual({ text: '007', status: 'READY' });
  });

  it('reads a repeated name as a list', () => {
    expect(parseSearch('?status=READY&status=MISSING')).toEqual({ status: ['READY', 'MISSING'] });
  });

  it('writes what it reads, and nothing for what is not set', () => {
    const search = { text: 'a & b=c', status: ['READY', 'MISSING'], tag: undefined, kind: '' };
    const text = stringifySearch(search);
    expect(text).toBe('?text=a+%26+b%3Dc&status=READY&status=MISSING');
    expect(parseSearch(text)).toEqual({ text: 'a & b=c', status: ['READY', 'MISSING'] });
    expect(stringifySearch({})).toBe('');
  });
});
