import { describe, expect, it } from 'vitest';
import { exactRate, frameAt, middleOf, nearest, parseTime, snapped, stepped } from './time';

const NTSC = 30000 / 1001;

describe('parseTime', () => {
  it.each([
    ['62.5', 62.5],
    ['1:02.5', 62.5],
    [' 00:01:02,500 ', 62.5],
    ['2:00:00', 7200],
    ['90:00', 5400],
    ['0', 0],
    ['7.', 7],
  ])('reads %s', (text, seconds) => {
    expect(parseTime(text, 25)).toBe(seconds);
  });

  it('reads frames where there are some', () => {
    expect(parseTime('50f', 25)).toBe(2);
    expect(parseTime('30 F', NTSC)).toBe(1.001);
    expect(parseTime('50f', null)).toBeNull();
  });

  it.each(['', 'soon', '1:60', '1:60:00', '-1', '1:2:3:4', '1e3', '1.2.3', 'Infinity'])(
    'refuses %j',
    (text) => {
      expect(parseTime(text, 25)).toBeNull();
    },
  );
});

describe('frames', () => {
  it('knows the rates that were rounded', () => {
    expect(exactRate(29.97)).toBe(NTSC);
    expect(exactRate(23.976)).toBe(24000 / 1001);
    expect(exactRate(25)).toBe(25);
    expect(exactRate(12.5)).toBe(12.5);
  });

  it('finds the frame that is shown', () => {
    expect(frameAt(0.0399, 25)).toBe(0);
    expect(frameAt(0.04, 25)).toBe(1);
    expect(snapped(1.059, 25)).toBe(1.04);
    expect(nearest(1.061, 25)).toBe(1.08);
    expect(snapped(1.23456, null)).toBe(1.235);
  });

  it('is not led astray by what was written with three digits', () => {
    // Frame 100 begins at 3.33667 s.
    expect(frameAt(3.337, NTSC)).toBe(100);
    expect(frameAt(3.3366, NTSC)).toBe(99);
  });

  it('comes back to where it was after many steps', () => {
    let at = 0;
    for (let step = 0; step < 1000; step += 1) at = stepped(at, NTSC, 1);
    expect(frameAt(at, NTSC)).toBe(1000);
    for (let step = 0; step < 1000; step += 1) at = stepped(at, NTSC, -1);
    expect(at).toBe(0);
  });

  it('seeks into the middle of a frame', () => {
    expect(middleOf(1.04, 25)).toBe(1.06);
    expect(middleOf(1.04, null)).toBe(1.04);
  });
});
