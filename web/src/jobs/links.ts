/** Links that run out: every answer has new ones, but a picture must not load again each time. */
import { Recent } from '../app/recent';

/** Links live an hour; three quarters of it leave time to use one. */
const KEEP_MS = 45 * 60_000;

/** More than the pages of a library that are in memory have; a signed link is a kilobyte. */
const MOST = 2_000;

const kept = new Recent<string, { url: string; until: number }>(MOST);

export function keptLink(outputId: string, url: string, now: number): string {
  const known = kept.get(outputId);
  if (known && known.until > now) return known.url;
  kept.set(outputId, { url, until: now + KEEP_MS });
  return url;
}
