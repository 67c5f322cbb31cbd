import { expect, test } from 'vitest';
import type { Job } from '../jobs/operations';
import { captionIn, languagesOf, languageToOpen, savedIn } from './languages';
import { readSubtitlesSearch } from './search';

const output = (id: string, key: string) =>
  ({ id, key, kind: 'SUBTITLE' }) as Job['outputs'][number];
const job = (...outputs: Job['outputs']) => ({ outputs }) as Job;
const SAVED = `x/saved/${'0'.repeat(32)}/subtitles_de.vtt`;
const three = job(
  output('1', 'x/subtitles_1_de.vtt'),
  output('2', 'x/subtitles_2_en.vtt'),
  output('3', SAVED),
  output('4', SAVED.replace('.vtt', '.srt')),
);

test('what was saved goes before what was made', () => {
  expect(languagesOf(three)).toEqual(['de', 'en']);
  expect(captionIn(three, 'de')?.output.id).toBe('3');
  expect(savedIn(three, 'de')).toBe('3');
  expect(savedIn(three, 'en')).toBeNull();
});

test('the address decides, then the language of the browser where it is there', () => {
  expect(languageToOpen(three, 'fr', 'en-GB')).toBe('fr');
  expect(languageToOpen(three, undefined, 'en-GB')).toBe('en');
  expect(languageToOpen(three, undefined, 'fr')).toBe('de');
  expect(languageToOpen(job(), undefined, 'fr')).toBe('fr');
  expect(languageToOpen(job(), undefined, 'xx')).toBe('en');
  expect(readSubtitlesSearch({ language: 'en' })).toEqual({ language: 'en' });
  expect(readSubtitlesSearch({ language: '../en' })).toEqual({});
});
