import { describe, expect, it } from 'vitest';
import { formatTimecode, parseTimecode } from './clock';

describe('formatTimecode', () => {
  it('writes what parseTimecode reads', () => {
    expect(formatTimecode(3723.0045)).toBe('01:02:03.005');
    expect(formatTimecode(0)).toBe('00:00:00.000');
    expect(formatTimecode(59.9996)).toBe('00:01:00.000');
    expect(formatTimecode(62.5, ',')).toBe('00:01:02,500');
    expect(parseTimecode(formatTimecode(62.48))).toBe(62.48);
  });
});

describe('parseTimecode', () => {
  it.each([
    ['1:02:03.004', 3723.004],
    ['62.5', 62.5],
    [' 1:02,5 ', 62.5],
    ['00:00:01.', 1],
    ['90', 90],
  ])('reads %s', (text, seconds) => expect(parseTimecode(text)).toBe(seconds));

  it.each(['', 'x', '1:2:3:4', '-1', '1.5.2', '1:75', '1:60:00'])('does not read %j', (text) =>
    expect(parseTimecode(text)).toBeNull(),
  );
});
