import { describe, expect, it } from 'vitest';
import { inspect } from './inspect';

const file = (name: string, type = '', size = 1) => ({ name, type, size });

describe('inspect', () => {
  it.each([
    ['clip.mp4', 'video/mp4'],
    ['sound', 'audio/flac'],
    ['CAMERA.MXF', ''],
    ['-rf %d ü.mkv', 'application/octet-stream'],
  ])('takes %s', (name, type) => {
    expect(inspect(file(name, type))).toBe('fine');
  });

  it.each([
    ['notes.pdf', 'application/pdf'],
    ['noextension', ''],
    ['.mp4', ''],
    ['mp4', ''],
  ])('doubts %s', (name, type) => {
    expect(inspect(file(name, type))).toBe('doubtful');
  });

  it('refuses a file without bytes, whatever its name', () => {
    expect(inspect(file('clip.mp4', 'video/mp4', 0))).toBe('empty');
  });
});
