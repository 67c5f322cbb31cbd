import { describe, expect, it } from 'vitest';
import { Recent } from './recent';

describe('Recent', () => {
  it('lets go of what was used longest ago', () => {
    const recent = new Recent<string, number>(2);
    recent.set('one', 1);
    recent.set('two', 2);
    expect(recent.get('one')).toBe(1);
    recent.set('three', 3);
    expect([recent.get('one'), recent.get('two'), recent.get('three')]).toEqual([1, undefined, 3]);
  });

  it('has room for as many after one was written anew or deleted', () => {
    const recent = new Recent<string, number>(2);
    recent.set('one', 1);
    recent.set('one', 11);
    recent.set('two', 2);
    expect([recent.get('one'), recent.get('two')]).toEqual([11, 2]);
    recent.delete('one');
    recent.set('three', 3);
    expect([recent.get('one'), recent.get('two'), recent.get('three')]).toEqual([undefined, 2, 3]);
  });
});
