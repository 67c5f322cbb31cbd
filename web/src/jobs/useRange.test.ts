import { expect, test } from 'vitest';
import { idsBetween } from './useRange';

const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id }));

test('a range is the same from either end', () => {
  expect(idsBetween(rows, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(idsBetween(rows, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(idsBetween(rows, 'c', 'c')).toEqual(['c']);
});

test('there is none where its beginning has left the list', () => {
  expect(idsBetween(rows, 'gone', 'b')).toBeNull();
  expect(idsBetween(rows, null, 'a')).toBeNull();
});
