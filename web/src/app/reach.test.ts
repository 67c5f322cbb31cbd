import { afterEach, describe, expect, it, vi } from 'vitest';
import { arriving } from './arriving';
import { wait } from './backoff';
import { noteAnswer, reached, unansweredSince } from './reach';

/** A server that answers so many questions with `down` and every later one. */
function serverAwayFor(
  times: number,
  down: () => Promise<Response> = () => Promise.reject(new Error()),
) {
  let left = times;
  const ask = vi.fn(() => {
    left -= 1;
    return left >= 0 ? down() : Promise.resolve(new Response('ok'));
  });
  vi.stubGlobal('fetch', ask);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  return ask;
}

describe('reached', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('asks until there is an answer, and then ends every wait', async () => {
    vi.useFakeTimers();
    serverAwayFor(3);
    const woken = vi.fn();
    void wait(60_000).then(woken);
    noteAnswer(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(unansweredSince.get()).not.toBeNull();
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(4_500);
    expect(unansweredSince.get()).toBeNull();
    expect(woken).toHaveBeenCalled();
  });

  it('takes the answer of a proxy in place of the server for none', async () => {
    vi.useFakeTimers();
    serverAwayFor(1, () => Promise.resolve(new Response('', { status: 502 })));
    const waited = reached();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await waited).toBe(true);
  });

  it('leaves those who wait alone where the server was there all the time', async () => {
    const ask = serverAwayFor(0);
    expect(await Promise.all([reached(), reached()])).toEqual([false, false]);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe('arriving', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('asks nobody for what is not wanted any more', async () => {
    const ask = serverAwayFor(0);
    const load = vi.fn(() => Promise.reject(new DOMException('left', 'AbortError')));
    await expect(arriving(load)).rejects.toThrow('left');
    expect(load).toHaveBeenCalledTimes(1);
    expect(ask).not.toHaveBeenCalled();
  });

  it('gives up what the server does not have', async () => {
    serverAwayFor(0);
    const load = vi.fn(() => Promise.reject(new Error('404')));
    await expect(arriving(load)).rejects.toThrow('404');
    expect(load).toHaveBeenCalledTimes(2);
  });
});
