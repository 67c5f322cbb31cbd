import { describe, expect, it } from 'vitest';
import { indexAfter, layoutFor } from './grid';

describe('layoutFor', () => {
  it('fills the width with as many columns as fit', () => {
    expect(layoutFor('grid', 328)).toMatchObject({ columns: 2, width: 156 });
    expect(layoutFor('grid', 1232)).toMatchObject({ columns: 5 });
    const { columns, width } = layoutFor('grid', 1232);
    expect(columns * width + (columns - 1) * 16).toBeCloseTo(1232);
  });

  it('has one column as a list', () => {
    expect(layoutFor('list', 328)).toMatchObject({ columns: 1, width: 328 });
  });
});

describe('indexAfter', () => {
  it('goes sideways by one and up and down by a row', () => {
    expect(indexAfter('ArrowRight', 3, 5, 12)).toBe(4);
    expect(indexAfter('ArrowLeft', 0, 5, 12)).toBe(0);
    expect(indexAfter('ArrowDown', 3, 5, 12)).toBe(8);
    expect(indexAfter('ArrowUp', 3, 5, 12)).toBe(3);
    expect(indexAfter('ArrowUp', 8, 5, 12)).toBe(3);
  });

  it('goes down into a shorter last row, and stays in the last one', () => {
    expect(indexAfter('ArrowDown', 9, 5, 12)).toBe(11);
    expect(indexAfter('ArrowDown', 10, 5, 12)).toBe(10);
  });

  it('knows the ends, and no other keys', () => {
    expect(indexAfter('Home', 7, 5, 12)).toBe(0);
    expect(indexAfter('End', 7, 5, 12)).toBe(11);
    expect(indexAfter('x', 7, 5, 12)).toBeUndefined();
  });
});
