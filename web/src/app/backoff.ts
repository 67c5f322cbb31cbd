/** How long to wait before trying again. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Milliseconds before try number `attempt` (0 is the first repetition): doubling, with half of it
 * left to chance, so that many clients do not return in the same moment.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return whole / 2 + (whole / 2) * random();
}

const sleepers = new Set<() => void>();

/** Ends every wait now: what all of them wait for is back. */
export function wakeAll(): void {
  for (const wake of sleepers) wake();
}

/**
 * Resolves after `ms`, or as soon as the browser is online or the server back again; while it is
 * offline, waits for that without end, because every try would fail. Rejects when the signal fires.
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cleanUp = () => {
      clearTimeout(timer);
      sleepers.delete(done);
      removeEventListener('online', done);
      signal?.removeEventListener('abort', stop);
    };
    const done = () => {
      cleanUp();
      resolve();
    };
    const stop = () => {
      cleanUp();
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      if (navigator.onLine) done();
    }, ms);
    addEventListener('online', done);
    sleepers.add(done);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop);
  });
}
