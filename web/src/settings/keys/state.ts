/** What can be said of an API key at a moment. */

interface Times {
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
}

export type KeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

export function keyState(key: Times, now: number): KeyState {
  if (key.revokedAt !== null) return 'REVOKED';
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= now ? 'EXPIRED' : 'ACTIVE';
}

/** Those in use and those that have ended, each newest first. */
export function parted<Key extends Times>(keys: readonly Key[], now: number) {
  const newest = keys.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const active = newest.filter((key) => keyState(key, now) === 'ACTIVE');
  return { active, past: newest.filter((key) => !active.includes(key)) };
}

export const LIVES = [null, 1, 7, 30, 90, 365] as const;

/** When a key ends that is made now; null: never. */
export const endOf = (days: number | null, now: number): string | null =>
  days === null ? null : new Date(now + days * 86_400_000).toISOString();
