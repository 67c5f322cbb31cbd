import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatPercent,
  formatSpan,
  languageName,
} from './format';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1024, '1 kB'],
    [1536, '1.5 kB'],
    [1024 * 1023, '1 MB'],
    [128 * 1024 ** 2, '128 MB'],
    [1.5 * 1024 ** 4, '1.5 TB'],
    [5000 * 1024 ** 4, '5,000 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text);
  });
});

describe('formatPercent', () => {
  it.each([
    [0, '0%'],
    [0.299, '29%'],
    [0.29, '29%'],
    [0.9999, '99%'],
    [1, '100%'],
    [1.2, '100%'],
    [-1, '0%'],
  ])('%d is %s', (fraction, text) => {
    expect(formatPercent(fraction, 'en')).toBe(text);
  });
});

describe('formatSpan', () => {
  it.each([
    [0, '0 sec'],
    [8.4, '8 sec'],
    [60, '1 min'],
    [95, '1 min 35 sec'],
    [3600, '1 hr'],
    [7505, '2 hr 5 min'],
    [90_000, '1 day 1 hr'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSpan(seconds, 'en')).toBe(text);
  });
});

describe('formatClock', () => {
  it.each([
    [5, '0:05'],
    [596.5, '9:57'],
    [3723, '1:02:03'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});

describe('formatAgo', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  const ago = (seconds: number) =>
    formatAgo(new Date(now - seconds * 1000).toISOString(), now, 'en');

  it('counts up to a week', () => {
    expect([0, 59, 61, 7200, 86_400].map(ago)).toEqual([
      'now',
      'now',
      '1 minute ago',
      '2 hours ago',
      'yesterday',
    ]);
  });

  it('does not count backwards when the clocks differ', () => {
    expect(ago(-30)).toBe('now');
  });

  it('names the day after that', () => {
    expect(ago(30 * 86_400)).toMatch(/^Feb 8, 2026/);
  });
});

describe('languageName', () => {
  it('names a language, and falls back to its code', () => {
    expect(languageName('de', 'en')).toBe('German');
    expect(languageName('und', 'en')).not.toBe('');
    expect(languageName('qqq', 'en')).toBe('qqq');
  });
});
