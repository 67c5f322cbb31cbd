import { describe, expect, it } from 'vitest';
import { newItem, totalOf, type UploadItem } from './item';

const item = (patch: Partial<UploadItem>): UploadItem => ({
  ...newItem({ id: 'i', name: 'a.mp4', folder: '', size: 100, preset: 'web' }),
  ...patch,
});

describe('totalOf', () => {
  it('adds up what moves and what is paused, and says nothing of the rest', () => {
    const items = [
      item({ state: 'uploading', loaded: 40, speed: 10 }),
      item({ state: 'queued' }),
      item({ state: 'paused', loaded: 50 }),
      item({ state: 'done', loaded: 100 }),
      item({ state: 'needs-file' }),
    ];
    expect(totalOf(items)).toEqual({
      files: 3,
      loaded: 90,
      size: 300,
      speed: 10,
      // What is paused does not come.
      secondsLeft: 16,
    });
  });

  it('knows no time while nothing moves', () => {
    expect(totalOf([item({ state: 'paused' })])).toMatchObject({ speed: null, secondsLeft: null });
    expect(totalOf([item({ state: 'done' })])).toBeNull();
  });
});
