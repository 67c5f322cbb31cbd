import { describe, expect, it } from 'vitest';
import { fingerprint, md5Of } from './fingerprint';

const KIB = 1024;

function bytes(size: number, change?: number): Blob {
  const data = new Uint8Array(size).map((_, index) => index % 251);
  if (change !== undefined) data[change] = 255;
  return new Blob([data]);
}

describe('fingerprint', () => {
  it('knows the ends of a file, and nothing of its middle', async () => {
    const whole = await fingerprint(bytes(300 * KIB));
    expect(await fingerprint(bytes(300 * KIB))).toBe(whole);
    expect(await fingerprint(bytes(300 * KIB, 5))).not.toBe(whole);
    expect(await fingerprint(bytes(300 * KIB, 300 * KIB - 1))).not.toBe(whole);
    expect(await fingerprint(bytes(300 * KIB, 150 * KIB))).toBe(whole);
  });

  it('counts no byte of a small file twice', async () => {
    const small = bytes(100);
    expect(await fingerprint(small)).toBe(await md5Of(small));
  });
});

describe('md5Of', () => {
  it('is what S3 calls the ETag of a part', async () => {
    expect(await md5Of(new Blob(['abc']))).toBe('900150983cd24fb0d6963f7d28e17f72');
  });
});
