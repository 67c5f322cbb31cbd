/** Times of a film as people read and type them. Pure; in seconds. */

const two = (value: number) => String(Math.floor(value)).padStart(2, '0');

/** "00:01:02.500"; SubRip has a comma for the point. */
export function formatTimecode(seconds: number, point = '.'): string {
  const all = Math.max(0, Math.round(seconds * 1000));
  const clock = [all / 3_600_000, (all / 60_000) % 60, (all / 1000) % 60].map(two).join(':');
  return `${clock}${point}${String(all % 1000).padStart(3, '0')}`;
}

const CLOCK = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d*)?)$/;

/** "00:01:02.500", "1:02,5" or "62.5"; null for anything else. */
export function parseTimecode(text: string): number | null {
  const found = CLOCK.exec(text.trim());
  if (!found) return null;
  const [, hours, minutes, rest = ''] = found;
  const seconds = Number(rest.replace(',', '.'));
  const outOfRange = (minutes && seconds >= 60) || (hours && Number(minutes) >= 60);
  if (outOfRange) return null;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + seconds;
}
