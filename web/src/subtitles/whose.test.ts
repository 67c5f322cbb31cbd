import { expect, test } from 'vitest';
import { sameCues, whose } from './whose';

const vtt = (...blocks: string[]) => ['WEBVTT', ...blocks].join('\n\n') + '\n';
const cue = (text: string, more = '') => `00:00:01.000 --> 00:00:02.000${more}\n${text}`;
const MINE = vtt(cue('mine'));
const OLDER = vtt(cue('older'));
const OTHER = vtt(cue('other'));

test('what was sent and not answered is no text of somebody else', () => {
  expect(whose(MINE, { wanted: MINE, sent: MINE })).toBe('saved');
  expect(whose(OLDER, { wanted: MINE, sent: OLDER })).toBe('mine');
  expect(whose(OTHER, { wanted: MINE, sent: OLDER })).toBe('theirs');
});

test('nothing was sent: what is stored is theirs, unless it is what one wants to save', () => {
  expect(whose(OTHER, { wanted: MINE, sent: null })).toBe('theirs');
  expect(whose(MINE, { wanted: MINE, sent: null })).toBe('saved');
  expect(whose(null, { wanted: MINE, sent: MINE })).toBe('theirs');
});

test('what the API does not keep, or writes in another way, makes no other text', () => {
  const written = `WEBVTT - a title\n\nNOTE of mine\n\nname\n${cue('Fish & <i>chips</i>', '  line:1   align:left')}\n\n\n`;
  const stored = vtt(cue('Fish &amp; <i>chips</i>', ' line:1 align:left'));
  expect(sameCues(stored, written)).toBe(true);
  expect(sameCues(stored, stored.replace('line:1', 'line:2'))).toBe(false);
  expect(sameCues(stored, stored.replace('02.000', '02.001'))).toBe(false);
  expect(sameCues(stored, vtt(cue('Fish &amp; chips', ' line:1 align:left')))).toBe(false);
  expect(sameCues(vtt(), vtt('NOTE nothing'))).toBe(true);
});

test('what cannot be read is like nothing', () => {
  expect(sameCues('', '')).toBe(false);
});
