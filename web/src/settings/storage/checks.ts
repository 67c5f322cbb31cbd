/** What was looked at, and what only a browser can see: whether it reaches the store itself. */
import { messages } from '../../messages';

export type CheckStatus = 'OK' | 'WARNING' | 'FAILURE';

export interface Check {
  name: string;
  status: CheckStatus;
  message: string;
  hint: string | null;
}

const WORST_FIRST: CheckStatus[] = ['FAILURE', 'WARNING', 'OK'];
const PATIENCE_MS = 10_000;

/** What needs care stands on top. */
export const inOrder = (checks: readonly Check[]): Check[] =>
  WORST_FIRST.flatMap((status) => checks.filter((check) => check.status === status));

/** The worst of them. */
export const verdict = (checks: readonly Check[]): CheckStatus =>
  WORST_FIRST.find((status) => checks.some((check) => check.status === status)) ?? 'OK';

export const lookFromHere = (urls: readonly string[]): Promise<Check[]> =>
  Promise.all(urls.map((url, index) => reach(url, index + 1)));

/** A page may read an answer of another host only where that host allows it: that is CORS. */
async function reach(url: string, number: number): Promise<Check> {
  const texts = messages.storage;
  const { host } = new URL(url);
  const name = texts.browser(number);
  try {
    const answer = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return { name, status: 'OK', message: texts.reached(host), hint: null };
    const message = texts.refused(host, answer.status);
    return { name, status: 'FAILURE', message, hint: texts.refusedHint };
  } catch {
    return { name, status: 'FAILURE', message: texts.unreached(host), hint: texts.unreachedHint };
  }
}
