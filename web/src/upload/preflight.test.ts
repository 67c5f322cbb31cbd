import { describe, expect, it } from 'vitest';
import { look } from './preflight';

/** A second of silence: 8 kHz, mono, 16 bits. */
function wave(): Blob {
  const rate = 8000;
  const bytes = rate * 2;
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string) =>
    [...word].forEach((letter, index) => head.setUint8(at + index, letter.charCodeAt(0)));
  text(0, 'RIFF');
  head.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, rate, true);
  head.setUint32(28, rate * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, 'data');
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, new Uint8Array(bytes)]);
}

describe('look', () => {
  it('finds the sound in a file', async () => {
    const found = await look(wave());
    expect(found).toMatchObject({ container: 'WAVE', video: null, audio: { channels: 1 } });
    expect(found?.duration).toBeCloseTo(1);
  });

  it('answers nothing for what is no media', async () => {
    expect(await look(new Blob(['%PDF-1.7 and so on, for as long as it takes']))).toBeNull();
  });
});
