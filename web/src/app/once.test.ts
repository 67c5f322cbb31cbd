import { afterEach, expect, test, vi } from 'vitest';

/** As a page has it when it is loaded: only the browser remembers. */
async function page() {
  vi.resetModules();
  const { once } = await import('./once');
  const keys: string[] = [];
  const ask = async (what: string, input: object, data: unknown = undefined) => {
    await once(what, input, async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return { data };
    });
    return keys.at(-1);
  };
  return ask;
}

function shelf() {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return kept;
}

const MADE = { job: { id: 'j' } };

afterEach(() => vi.unstubAllGlobals());

test('what is not answered is asked again with its key, also after a reload', async () => {
  shelf();
  const ask = await page();
  const key = await ask('clips a', { n: 1 });
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(await ask('clips a', { n: 1 })).toBe(key);
  const again = await page();
  expect(await again('clips a', { n: 1 })).toBe(key);
  expect(await again('clips b', { n: 1 })).not.toBe(key);
});

test('an answer ends it, and leaves nothing behind', async () => {
  const kept = shelf();
  const ask = await page();
  const key = await ask('clips a', { n: 1 });
  expect(kept.size).toBe(1);
  expect(await ask('clips a', { n: 1 }, MADE)).toBe(key);
  expect(kept.size).toBe(0);
  expect(await ask('clips a', { n: 1 })).not.toBe(key);
});

test('another input is another intention, whatever was asked before', async () => {
  shelf();
  const ask = await page();
  const key = await ask('clips a', { n: 1 });
  const other = await ask('clips a', { n: 2 });
  expect(other).not.toBe(key);
  expect(await ask('clips a', { n: 1 })).not.toBe(key);
});

test('a late answer does not end what was asked after it', async () => {
  shelf();
  vi.resetModules();
  const { once } = await import('./once');
  const keys: string[] = [];
  const second = async () =>
    once('clips a', { n: 2 }, async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return {};
    });
  await once('clips a', { n: 1 }, async () => {
    await second();
    return { data: MADE };
  });
  await second();
  expect(keys[1]).toBe(keys[0]);
});

test('a request that breaks is not answered', async () => {
  shelf();
  const ask = await page();
  const key = await ask('clips a', { n: 1 });
  const { once } = await import('./once');
  const broken = once('clips a', { n: 1 }, () => Promise.reject(new Error('gone')));
  await expect(broken).rejects.toThrow('gone');
  expect(await ask('clips a', { n: 1 })).toBe(key);
});

test('a browser that keeps nothing knows it until the reload', async () => {
  vi.stubGlobal('sessionStorage', undefined);
  const ask = await page();
  const key = await ask('clips a', { n: 1 });
  expect(await ask('clips a', { n: 1 })).toBe(key);
  await ask('clips a', { n: 1 }, MADE);
  expect(await ask('clips a', { n: 1 })).not.toBe(key);
});

test('what an older page has left there is no key', async () => {
  shelf().set('reelmill-asked clips a', '{"input":"{}","key":7}');
  const ask = await page();
  expect(await ask('clips a', {})).toMatch(/^[0-9a-f]{32}$/);
});
