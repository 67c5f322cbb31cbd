import { describe, expect, it } from 'vitest';
import { cueAt, cueAtTime, readCues } from './cues';

const VTT = `WEBVTT

00:00:00.000 --> 00:00:01.000
sprite_001.jpg#xywh=0,0,180,102

00:00:01.000 --> 00:00:02.000
sprite_001.jpg#xywh=180,0,180,102

00:00:02.000 --> 00:00:02.500
sprite_002.jpg#xywh=0,102,180,102
`;

describe('readCues', () => {
  const cues = readCues(VTT, 'http://h/play/token/job/sprite.vtt');

  it('finds every picture beside its index', () => {
    expect(cues).toHaveLength(3);
    expect(cues[2]).toEqual({
      url: 'http://h/play/token/job/sprite_002.jpg',
      x: 0,
      y: 102,
      width: 180,
      height: 102,
      from: 2,
      to: 2.5,
    });
  });

  it('chooses by how far somebody points', () => {
    expect(cueAt(cues, 0)).toBe(cues[0]);
    expect(cueAt(cues, 0.5)).toBe(cues[1]);
    expect(cueAt(cues, 1)).toBe(cues[2]);
    expect(cueAt([], 0.5)).toBeUndefined();
  });

  it('chooses by the time', () => {
    expect(cueAtTime(cues, 1.99)).toBe(cues[1]);
    expect(cueAtTime(cues, 2)).toBe(cues[2]);
    expect(cueAtTime(cues, 99)).toBe(cues[2]);
    expect(cueAtTime([], 0)).toBeUndefined();
  });

  it('reads lines of other systems and of a long film', () => {
    const [cue] = readCues('01:00:02.000 --> 01:00:03.500\r\na.jpg#xywh=0,0,1,1\r\n', 'http://h/');
    expect(cue).toMatchObject({ url: 'http://h/a.jpg', from: 3602, to: 3603.5 });
  });
});
