/** Whether the server answers. Once it does not, somebody asks every second or so until it does. */
import { wakeAll } from './backoff';
import { createStore } from './store';

/** When the server answered last, in milliseconds of Date.now(); null while it answers. */
export const unansweredSince = createStore<number | null>(null);

/** Short, so that a page is whole again soon; half of it is left to chance, as many pages ask. */
const ASK_MS = 1_500;
const PATIENCE_MS = 10_000;

let answeredAt = Date.now();
let asking: Promise<boolean> | null = null;

/** Told of every answer, and of every question without one. */
export function noteAnswer(arrived: boolean): void {
  if (arrived) answered();
  else {
    missed();
    void reached();
  }
}

/**
 * Asks until the server answers, and tells whether that had to be waited for. Then nobody waits out
 * the rest of his own pause.
 */
export function reached(): Promise<boolean> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<boolean> {
  for (let waited = false; ; waited = true) {
    if (await answers()) {
      answered();
      if (waited) wakeAll();
      return waited;
    }
    missed();
    const ms = ASK_MS / 2 + (ASK_MS / 2) * Math.random();
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** A proxy that stands before the server answers for it with 5xx. */
async function answers(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { status } = await fetch('/healthz', { cache: 'no-store', signal });
    return status < 500;
  } catch {
    return false;
  }
}

function answered(): void {
  answeredAt = Date.now();
  unansweredSince.set(null);
}

function missed(): void {
  if (unansweredSince.get() === null) unansweredSince.set(answeredAt);
}
