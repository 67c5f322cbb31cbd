/** What the address says about the subtitles. Apart from the page, because the router reads it. */

export interface SubtitlesSearch {
  language?: string;
}

export const readSubtitlesSearch = ({ language }: Record<string, unknown>): SubtitlesSearch =>
  typeof language === 'string' && /^[a-z]{2,3}$/.test(language) ? { language } : {};
