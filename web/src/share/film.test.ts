import { afterEach, expect, test, vi } from 'vitest';
import { readFilm, shortLanguage } from './film';

const answers = (status: number, body: unknown = {}) => {
  const asked = vi.fn<typeof fetch>(async () => Response.json(body, { status }));
  vi.stubGlobal('fetch', asked);
  return asked;
};

afterEach(() => vi.unstubAllGlobals());

test('a token is one part of the address, whatever it holds', async () => {
  const asked = answers(200, { title: 'A' });
  expect(await readFilm('../a b')).toEqual({ state: 'there', film: { title: 'A' } });
  expect(asked.mock.calls[0]?.[0]).toBe('/s/..%2Fa%20b/film.json');
});

test('a link that has ended is told from one that never was', async () => {
  answers(410);
  expect(await readFilm('t')).toEqual({ state: 'ended' });
  answers(404);
  expect(await readFilm('t')).toEqual({ state: 'missing' });
});

test('what may work later is told from what does not', async () => {
  answers(503);
  expect(await readFilm('t')).toEqual({ state: 'failed' });
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('no network')));
  expect(await readFilm('t')).toEqual({ state: 'failed' });
});

test('languages are named as streams name them', () => {
  expect(['eng', 'de', 'por', null].map(shortLanguage)).toEqual(['en', 'de', 'pt', 'und']);
});
