import { describe, expect, it } from 'vitest';
import { newItem } from './item';
import type { Findings } from './preflight';
import { mediaFacts, warningsOf } from './text';

const found: Findings = {
  container: 'MP4',
  duration: 723,
  video: { codec: 'avc', width: 1280, height: 720, frameRate: 23.976, hdr: false },
  audio: { codec: 'aac', channels: 6 },
};
const recipe = { ladder: { codec: 'H264', rungs: [] } };
const item = (findings: Findings | 'unreadable' | null, doubtful = false) => ({
  ...newItem({ id: 'i', name: 'a.mp4', folder: '', size: 1, preset: 'web' }),
  findings,
  doubtful,
});

describe('mediaFacts', () => {
  it('says what a file holds and how large it becomes', () => {
    expect(mediaFacts(found, recipe)).toEqual([
      'MP4',
      '12:03',
      'H.264 1280 × 720',
      '23.98 frames/s',
      'AAC 5.1',
      expect.stringMatching(/^becomes about \d+ MB \(an estimate\)$/),
    ]);
  });

  it('leaves out what nobody knows', () => {
    const sound: Findings = { container: 'WAVE', duration: null, video: null, audio: null };
    expect(mediaFacts(sound, undefined)).toEqual(['WAVE', 'sound only']);
  });
});

describe('warningsOf', () => {
  it('says nothing of an ordinary film, or before somebody has looked', () => {
    expect(warningsOf(item(found), recipe)).toEqual([]);
    expect(warningsOf(item(null, true), recipe)).toEqual([]);
  });

  it('tells of silence and HDR, and whether that stays', () => {
    const video = found.video && { ...found.video, hdr: true };
    const silent = item({ ...found, video, audio: null });
    expect(warningsOf(silent, recipe)).toEqual([
      expect.stringContaining('become ordinary'),
      expect.stringContaining('no sound'),
    ]);
    expect(warningsOf(silent, { ladder: { codec: 'AV1' } })[0]).toContain('stays');
  });

  it('doubts a file only when its name and its bytes are no media', () => {
    expect(warningsOf(item('unreadable', true), recipe)).toHaveLength(1);
    expect(warningsOf(item('unreadable', false), recipe)).toEqual([]);
    expect(warningsOf(item(found, true), recipe)).toEqual([]);
  });
});
