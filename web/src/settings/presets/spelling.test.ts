import { describe, expect, it } from 'vitest';
import { asInput, pathOfField } from './spelling';

describe('asInput', () => {
  it('writes names with humps, at every depth, and leaves values alone', () => {
    expect(
      asInput({
        verify: { min_vmaf: 90 },
        subtitles: { files: [{ file: { asset_id: null, key: 'a_b.srt' } }] },
        tier: 'DRAFT',
        mp4: null,
      }),
    ).toEqual({
      verify: { minVmaf: 90 },
      subtitles: { files: [{ file: { key: 'a_b.srt' } }] },
      tier: 'DRAFT',
    });
  });
});

describe('pathOfField', () => {
  it('finds the place in the recipe', () => {
    const field = ['input', 'recipe', 'ladder', 'rungs', '0', 'videoBitrate'];
    expect(pathOfField(field)).toEqual(['ladder', 'rungs', 0, 'video_bitrate']);
    expect(pathOfField(['input', 'recipe'])).toEqual([]);
  });

  it('knows what is not in the recipe', () => {
    expect(pathOfField(['input', 'name'])).toBeNull();
    expect(pathOfField(null)).toBeNull();
  });
});
