/**
 * One key for one intention. Whether a request was carried out is not known when its answer is lost:
 * asked again with the same key, also after a reload, the server makes no second thing of it.
 */
import { keep, readKept } from './kept';
import { randomId } from './randomId';

interface Asked {
  /** What was asked, as JSON */
  input: string;
  key: string;
}

const nameOf = (what: string) => `reelmill-asked ${what}`;
// For a browser that keeps nothing.
const here = new Map<string, Asked>();

/**
 * `what` names the button. Answered is what has data, also where they say no; all else is asked again
 * with the key. Another input is another intention.
 */
export async function once<I, A extends { data?: unknown }>(
  what: string,
  input: I,
  send: (input: I & { idempotencyKey: string }) => PromiseLike<A>,
): Promise<A> {
  const idempotencyKey = keyOf(what, JSON.stringify(input));
  const answer = await send({ ...input, idempotencyKey });
  // Of something else that was asked meanwhile nothing is known yet.
  if (answer.data && read(what)?.key === idempotencyKey) note(what, null);
  return answer;
}

function keyOf(what: string, input: string): string {
  const before = read(what);
  if (before?.input === input) return before.key;
  const key = randomId();
  note(what, { input, key });
  return key;
}

/** Of this window: another one may mean something else. A reload keeps it. */
function note(what: string, asked: Asked | null): void {
  if (asked) here.set(what, asked);
  else here.delete(what);
  keep(nameOf(what), asked, 'sessionStorage');
}

function read(what: string): Asked | null {
  const known = here.get(what);
  if (known) return known;
  const found = readKept(nameOf(what), 'sessionStorage');
  return isAsked(found) ? found : null;
}

const isAsked = (value: unknown): value is Asked =>
  typeof value === 'object' &&
  value !== null &&
  'input' in value &&
  typeof value.input === 'string' &&
  'key' in value &&
  typeof value.key === 'string';
