import { describe, expect, it } from 'vitest';
import { lacksDecoder, mayDecode, problemOfFile } from './failure';

const ABORTED = 1;
const NETWORK = 2;
const DECODE = 3;
const SRC_NOT_SUPPORTED = 4;

describe('problemOfFile', () => {
  it('blames the format only for bytes that arrive', () => {
    expect(problemOfFile(SRC_NOT_SUPPORTED, 200)).toBe('format');
    expect(problemOfFile(SRC_NOT_SUPPORTED, 206)).toBe('format');
    expect(problemOfFile(SRC_NOT_SUPPORTED, 0)).toBe('network');
    expect(problemOfFile(SRC_NOT_SUPPORTED, 503)).toBe('network');
  });

  it('knows a link that has run out, which looks like a format to the browser', () => {
    for (const status of [401, 403, 404, 410])
      expect(problemOfFile(SRC_NOT_SUPPORTED, status)).toBe('link');
    expect(problemOfFile(NETWORK, 403)).toBe('link');
  });

  it('takes broken pictures for broken, and the rest for the network', () => {
    expect(problemOfFile(DECODE, 200)).toBe('media');
    expect(problemOfFile(DECODE, 0)).toBe('media');
    expect(problemOfFile(NETWORK, 200)).toBe('network');
    expect(problemOfFile(ABORTED, 200)).toBe('network');
    expect(problemOfFile(undefined, 200)).toBe('network');
  });
});

it('tells a missing decoder from what a second try may mend', () => {
  expect(lacksDecoder('manifestIncompatibleCodecsError')).toBe(true);
  expect(lacksDecoder('bufferStalledError')).toBe(false);
});

const noHevc = (type: string) => (type.includes('hvc1') ? '' : 'probably');

describe('mayDecode', () => {
  it('leaves out what the browser has no decoder for', () => {
    expect(mayDecode('hevc', noHevc)).toBe(false);
    expect(mayDecode('hevc', () => 'maybe')).toBe(true);
    expect(mayDecode('h264', noHevc)).toBe(true);
    expect(mayDecode('av1', () => '')).toBe(false);
  });

  it('tries sound, and codecs that it does not know', () => {
    expect(mayDecode(null, () => '')).toBe(true);
    expect(mayDecode('theora', () => '')).toBe(true);
  });
});
