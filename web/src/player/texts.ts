/** The subtitles that a stream brings itself, less those that somebody has corrected. Pure. */

import { shortLanguage } from '../share/film';

const TEXT = /^#EXT-X-MEDIA:.*\bTYPE=SUBTITLES\b/;

/**
 * The main playlist without the subtitles that were corrected: of each such language the first one that is
 * not forced, which is what was there to be corrected. Others, such as those for the deaf, remain.
 */
export function withoutCorrected(playlist: string, corrected: readonly string[]): string {
  const left = new Set(corrected.map(shortLanguage));
  const lines = playlist.split('\n').filter((line) => {
    if (!TEXT.test(line) || /\bFORCED=YES\b/.test(line)) return true;
    const language = /\bLANGUAGE="([a-z]{2,3})"/.exec(line)?.[1];
    return !language || !left.delete(shortLanguage(language));
  });
  // A variant that names a group of which nothing is left would be refused.
  const groups = new Set(lines.filter((line) => TEXT.test(line)).map(groupOf));
  return lines
    .map((line) =>
      line.replace(/,SUBTITLES="([^"]*)"/, (named, group: string) =>
        groups.has(group) ? named : '',
      ),
    )
    .join('\n');
}

const groupOf = (line: string) => /\bGROUP-ID="([^"]*)"/.exec(line)?.[1];
