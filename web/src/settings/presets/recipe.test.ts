import { describe, expect, it } from 'vitest';
import { changed, read, textOf, valueAt } from './recipe';

const said = (text: string) =>
  read(text).problems.map(({ line, path, text: why }) => [line, path.join('.'), why]);

describe('read', () => {
  it('takes a good recipe without a word', () => {
    expect(read('ladder: {}\nposter:\n  width: 640\n')).toEqual({
      recipe: { ladder: {}, poster: { width: 640 } },
      problems: [],
    });
  });

  it('names the line and the place of what is wrong, and what would be right', () => {
    const text = [
      'tier: FAST',
      'ladder:',
      '  # as sharp as it gets',
      '  crf: 99',
      '  rungs:',
      '    - height: 720',
      '    - height: 151',
      '    - video_bitrate: 5',
      'mp4: []',
      'bogus: 1',
    ].join('\n');
    expect(said(text)).toEqual([
      [1, 'tier', 'must be one of DRAFT, STANDARD, PREMIUM'],
      [4, 'ladder.crf', 'must be 63 or less'],
      [7, 'ladder.rungs.1.height', 'must be an even number'],
      [8, 'ladder.rungs.2', 'must say height'],
      [8, 'ladder.rungs.2.video_bitrate', 'must be 50000 or more'],
      [9, 'mp4', 'must be names with values below it, or {}'],
      [10, 'bogus', 'nothing of this name is known here'],
    ]);
  });

  it('says where text is no YAML at all', () => {
    const { recipe, problems } = read('ladder: {}\nposter: [1, 2\n');
    expect(recipe).toBeNull();
    expect(problems[0]?.line).toBeGreaterThan(1);
    expect(read('- a list').recipe).toBeNull();
    expect(read('').recipe).toEqual({});
  });

  it('does not follow references for ever', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let depth = 1; depth < 9; depth += 1)
      rows.push(
        `a${depth}: &a${depth} [${Array(9)
          .fill(`*a${depth - 1}`)
          .join(', ')}]`,
      );
    expect(read(rows.join('\n')).recipe).toBeNull();
  });
});

describe('changed', () => {
  const TEXT =
    '# for phones\nladder:\n  crf: 30 # small\n  rungs:\n    - height: 480\nclips:\n  - end: 5\n';

  it('changes one place and leaves comments and what no field knows', () => {
    expect(changed(TEXT, ['ladder', 'crf'], 28)).toBe(TEXT.replace('30', '28'));
    expect(changed(TEXT, ['ladder', 'crf'], undefined)).toBe(
      TEXT.replace('  crf: 30 # small\n', ''),
    );
  });

  it('writes and takes away whole parts', () => {
    const more = changed('ladder: {}\n', ['mp4'], {});
    expect(more).toBe('ladder: {}\nmp4: {}\n');
    expect(changed(more, ['mp4', 'codec'], 'HEVC')).toBe('ladder: {}\nmp4:\n  codec: HEVC\n');
    expect(changed(more, ['ladder'], undefined)).toBe('mp4: {}\n');
    expect(changed('mp4: {}\n', ['mp4'], undefined)).toBe('');
    expect(changed('', ['poster'], {})).toBe('poster: {}\n');
    expect(changed('audio:\n  - {}\n', ['audio', 0, 'codec'], 'MP3')).toBe(
      'audio:\n  - codec: MP3\n',
    );
  });

  it('is what the form then reads', () => {
    let text = 'ladder: {}\n';
    for (const [path, value] of [
      [
        ['ladder', 'rungs'],
        [{ height: 720 }, { height: 360 }],
      ],
      [['ladder', 'crf'], 20],
      [['transcript'], {}],
      [['transcript', 'language'], 'en'],
      [['tier'], 'DRAFT'],
    ] as const) {
      text = changed(text, [...path], value);
      expect(valueAt(read(text).recipe, [...path])).toEqual(value);
    }
    expect(read(text).problems).toEqual([]);
  });
});

describe('textOf', () => {
  it('leaves out what would be so anyway', () => {
    const answered = {
      tier: 'STANDARD',
      join: null,
      ladder: {
        codec: 'H264',
        crf: 20,
        rungs: [{ height: 360, bitrate: null, video_bitrate: null }],
        hls: true,
      },
      mp4: null,
      audio: [{ codec: 'AAC', channels: 'MONO', bitrate: null }],
      poster: { at: null, width: 1280 },
      metadata: false,
    };
    expect(read(textOf(answered)).recipe).toEqual({
      ladder: { crf: 20, rungs: [{ height: 360 }] },
      audio: [{ channels: 'MONO' }],
      poster: {},
    });
  });
});
