import { describe, expect, it, vi } from 'vitest';
import { type SignedPart, Signatures } from './signatures';

const NOW = Date.parse('2026-01-01T12:00:00Z');

const signed = (number: number, expires = NOW + 900_000): SignedPart => ({
  number,
  url: `https://store.test/${number}`,
  headers: [],
  expiresAt: new Date(expires).toISOString(),
});

const signer = () => vi.fn(async (numbers: number[]) => numbers.map((one) => signed(one)));

describe('Signatures', () => {
  it('uses what came with the start of the upload', async () => {
    const sign = signer();
    const signatures = new Signatures(sign, [signed(1)]);
    expect(await signatures.get(1, [], NOW)).toEqual(signed(1));
    expect(sign).not.toHaveBeenCalled();
  });

  it('asks for the next parts along with one, at most 16 at once', async () => {
    const sign = signer();
    const signatures = new Signatures(sign, [signed(3)]);
    const upcoming = Array.from({ length: 30 }, (_, index) => index + 2);
    await signatures.get(1, upcoming, NOW);
    expect(sign).toHaveBeenCalledExactlyOnceWith([1, 2, ...upcoming.slice(2, 16)]);
    await signatures.get(2, [], NOW);
    expect(sign).toHaveBeenCalledOnce();
  });

  it('lets lanes that want the same batch wait for one answer', async () => {
    const sign = signer();
    const signatures = new Signatures(sign);
    await Promise.all([signatures.get(1, [2, 3], NOW), signatures.get(2, [3], NOW)]);
    expect(sign).toHaveBeenCalledOnce();
  });

  it('asks again when the address is about to run out', async () => {
    const sign = signer();
    const signatures = new Signatures(sign, [signed(1, NOW + 30_000)]);
    expect(await signatures.get(1, [], NOW)).toEqual(signed(1));
    expect(sign).toHaveBeenCalledOnce();
  });

  it('uses a fresh address even if the clock says that it has run out', async () => {
    const sign = vi.fn(async () => [signed(1, NOW - 3_600_000)]);
    const signatures = new Signatures(sign);
    expect((await signatures.get(1, [], NOW)).number).toBe(1);
    expect(sign).toHaveBeenCalledOnce();
  });

  it('can be asked again after an answer that failed', async () => {
    const sign = signer().mockRejectedValueOnce(new Error('away'));
    const signatures = new Signatures(sign);
    await expect(signatures.get(1, [], NOW)).rejects.toThrow('away');
    expect((await signatures.get(1, [], NOW)).number).toBe(1);
  });
});
