import { describe, expect, it } from 'vitest';
import { estimateSize, type Media } from './estimate';

const film = (height: number, patch: Partial<Media> = {}): Media => ({
  duration: 100,
  video: { width: (height * 16) / 9, height, frameRate: 25 },
  audio: {},
  ...patch,
});
const MB = 1_000_000;
const whole = (bytes: number | null) => bytes && Math.round(bytes / MB);

const ofRung = (rung: { height: number; bitrate?: number; video_bitrate?: number }) =>
  estimateSize({ ladder: { rungs: [rung] } }, film(720));
const ofCodec = (codec: string) => estimateSize({ mp4: { codec } }, film(720)) ?? 0;

describe('estimateSize', () => {
  it('adds up the rungs of a ladder and its sound', () => {
    // 5.5, 2.8, 1.4 and 0.85 Mbit/s, of which 60 % are used, and 0.128 for the sound.
    expect(whole(estimateSize({ ladder: { rungs: [] } }, film(1080)))).toBe(80);
  });

  it('makes nothing larger than the source', () => {
    const ladder = { rungs: [] };
    const small = estimateSize({ ladder }, film(360));
    expect(small).toBe(estimateSize({ ladder: { rungs: [{ height: 360 }] } }, film(360)));
    expect(estimateSize({ mp4: { max_height: 1080 } }, film(360))).toBeLessThan(9 * MB);
  });

  it('takes the rates that a recipe names, and the codec', () => {
    expect(ofRung({ height: 720, bitrate: 800_000 })).toBe((928_000 * 100) / 8);
    expect(ofRung({ height: 720, video_bitrate: 1_000_000 })).toBe((728_000 * 100) / 8);
    expect(ofCodec('AV1')).toBeLessThan(0.7 * ofCodec('H264'));
  });

  it('counts only what the source has', () => {
    const recipe = { ladder: { rungs: [] } };
    expect(whole(estimateSize(recipe, film(1080, { video: null })))).toBe(2);
    expect(estimateSize(recipe, film(1080, { video: null, audio: null }))).toBe(0);
  });

  it('says nothing without a duration, or when nothing large is made', () => {
    expect(estimateSize({ mp4: {} }, film(1080, { duration: null }))).toBeNull();
    expect(estimateSize({}, film(1080))).toBeNull();
  });
});
