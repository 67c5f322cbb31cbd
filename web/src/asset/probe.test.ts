import { expect, test } from 'vitest';
import { streamsOf } from './probe';

test('a probe becomes a line for each stream', () => {
  const video = {
    index: 0,
    kind: 'VIDEO',
    codec: 'h264',
    profile: 'High',
    width: 1280,
    height: 720,
  };
  const probe = {
    container: 'mov',
    streams: [
      { ...video, frame_rate: 25, variable_frame_rate: false, rotation: 90, bitrate: 1_500_400 },
      { index: 1, kind: 'AUDIO', codec: 'aac', channels: 6, sample_rate: 48_000, language: 'deu' },
    ],
  };
  const found = streamsOf(probe);
  expect(found?.container).toBe('mov');
  expect(found?.streams[0]).toEqual({
    index: 0,
    kind: 'Picture',
    facts: [
      'h264 High',
      '1280 × 720',
      'turned by 90°',
      '25 frames/s',
      expect.stringMatching(/^1.500 kbit/),
    ],
  });
  expect(found?.streams[1]?.facts.slice(0, 2)).toEqual(['aac', '6 channels']);
});

test('what a file says of itself breaks nothing', () => {
  const odd = { kind: '<b>', codec: 7, language: '<img src=x>', width: -1, frame_rate: 'x' };
  const found = streamsOf({ streams: [odd, null, 3] });
  expect(found?.streams).toEqual([{ index: 0, kind: '<b>', facts: ['<img src=x>'] }]);
});

test('without a probe there is nothing to say', () => {
  expect([null, {}, [], { streams: 'x' }].map(streamsOf)).toEqual([null, null, null, null]);
});
