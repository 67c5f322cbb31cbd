import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Check, inOrder, lookFromHere, verdict } from './checks';

const check = (name: string, status: Check['status']): Check => ({
  name,
  status,
  message: '',
  hint: null,
});

describe('the list', () => {
  const MIXED = [check('a', 'OK'), check('b', 'WARNING'), check('c', 'FAILURE'), check('d', 'OK')];

  it('has what needs care on top', () => {
    expect(inOrder(MIXED).map(({ name }) => name)).toEqual(['c', 'b', 'a', 'd']);
  });

  it('is as good as the worst in it', () => {
    expect(verdict(MIXED)).toBe('FAILURE');
    expect(verdict(MIXED.slice(0, 2))).toBe('WARNING');
    expect(verdict(MIXED.slice(0, 1))).toBe('OK');
  });
});

describe('lookFromHere', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('tells an answer, a refusal and silence apart, and never shows the link', async () => {
    vi.stubGlobal('fetch', async (url: string) => {
      if (url.includes('dead')) throw new TypeError('Failed to fetch');
      return new Response('', { status: url.includes('no') ? 403 : 200 });
    });
    const links = ['good', 'no', 'dead'].map((host) => `https://${host}.example/?sig=SECRET`);
    const found = await lookFromHere(links);
    expect(found.map(({ status }) => status)).toEqual(['OK', 'FAILURE', 'FAILURE']);
    expect(found[2]?.message).toContain('dead.example');
    expect(JSON.stringify(found)).not.toContain('SECRET');
  });
});
