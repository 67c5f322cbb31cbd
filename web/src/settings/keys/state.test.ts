import { describe, expect, it } from 'vitest';
import { endOf, keyState, parted } from './state';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const key = (createdAt: string, more: object = {}) => ({
  createdAt,
  expiresAt: null,
  revokedAt: null,
  ...more,
});

const ends = (expiresAt: string) => keyState(key('2026-01-01T00:00:00Z', { expiresAt }), NOW);

describe('keyState', () => {
  it('ends a key at its end and not before', () => {
    expect(ends('2026-11-22T12:00:01Z')).toBe('ACTIVE');
    expect(ends('2026-11-22T12:00:00Z')).toBe('EXPIRED');
  });

  it('calls a revoked key revoked, whatever its end', () => {
    const both = { expiresAt: '2026-11-01T00:00:00Z', revokedAt: '2026-11-02T00:00:00Z' };
    expect(keyState(key('2026-01-01T00:00:00Z', both), NOW)).toBe('REVOKED');
  });
});

describe('parted', () => {
  it('keeps what ended apart, newest first', () => {
    const old = key('2026-01-01T00:00:00Z');
    const fresh = key('2026-02-01T00:00:00Z');
    const revoked = key('2026-03-01T00:00:00Z', { revokedAt: '2026-03-02T00:00:00Z' });
    const expired = key('2026-04-01T00:00:00Z', { expiresAt: '2026-04-02T00:00:00Z' });
    expect(parted([old, revoked, fresh, expired], NOW)).toEqual({
      active: [fresh, old],
      past: [expired, revoked],
    });
  });
});

describe('endOf', () => {
  it('counts days from now', () => {
    expect(endOf(7, NOW)).toBe('2026-11-29T12:00:00.000Z');
    expect(endOf(null, NOW)).toBeNull();
  });
});
