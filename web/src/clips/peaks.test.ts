import { describe, expect, it } from 'vitest';
import { outline, peaksEnd, readPeaks } from './peaks';

const JSON_OF = { version: 2, channels: 1, sample_rate: 48_000, samples_per_pixel: 4800, bits: 8 };
const peaks = readPeaks({ ...JSON_OF, length: 3, data: [-64, 64, 0, 0, -128, 32] });

describe('readPeaks', () => {
  it('brings samples between -1 and 1', () => {
    expect(peaks).toEqual({ rate: 10, data: [-0.5, 0.5, 0, 0, -1, 0.25] });
    expect(peaks && peaksEnd(peaks)).toBeCloseTo(0.3);
  });

  it('takes 16 bits, and the first of several channels', () => {
    const two = readPeaks({ ...JSON_OF, channels: 2, bits: 16, data: [-16_384, 8192, 9, 9] });
    expect(two?.data).toEqual([-0.5, 0.25]);
  });

  it.each([null, [], 'x', {}, { data: [1] }, { ...JSON_OF, data: [1], samples_per_pixel: 0 }])(
    'takes nothing else: %j',
    (json) => {
      expect(readPeaks(json)).toBeNull();
    },
  );
});

describe('outline', () => {
  const film = { from: 0, to: 0.3 };
  it('goes there above and back below', () => {
    expect(peaks && outline(peaks, film, 3)).toBe('M0 -0.51L1 -0.01L2 -0.26L2 1.01L1 0.01L0 0.51Z');
  });

  it('shows the loudest where there is little room', () => {
    expect(peaks && outline(peaks, film, 1)).toBe('M0 -0.51L0 1.01Z');
  });

  it('ends where the sound does', () => {
    expect(peaks && outline(peaks, { from: 0.2, to: 0.4 }, 2)).toBe('M0 -0.26L0 1.01Z');
    expect(peaks && outline(peaks, { from: 5, to: 6 }, 2)).toBe('');
  });
});
