/** One thing done with many: requests of a hundred, and one answer to all of them. */
import type { CombinedError } from '@urql/core';
import { whyFailed } from './refusal';

/** How many went well, and why others did not: each reason once. */
export interface Outcome {
  done: number;
  failed: number;
  reasons: string[];
}

/** What one request may name. */
export const AT_ONCE = 100;

/** `null` stands in the place of one that was refused. */
interface Answered {
  made: readonly (object | null)[];
  userErrors: readonly { message: string }[];
}

export function summed(outcomes: readonly Outcome[]): Outcome {
  return {
    done: outcomes.reduce((sum, one) => sum + one.done, 0),
    failed: outcomes.reduce((sum, one) => sum + one.failed, 0),
    reasons: [...new Set(outcomes.flatMap((one) => one.reasons))],
  };
}

export function counted(
  ids: readonly string[],
  answered: Answered | undefined,
  error: CombinedError | undefined,
): Outcome {
  const done = answered?.made.filter((one) => one !== null).length ?? 0;
  const reasons = answered?.userErrors.map(({ message }) => message) ?? [whyFailed(error)];
  return { done, failed: ids.length - done, reasons: [...new Set(reasons)] };
}

export async function inParts(
  ids: readonly string[],
  size: number,
  act: (part: string[]) => Promise<Outcome>,
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < ids.length; from += size)
    outcomes.push(await act(ids.slice(from, from + size)));
  return summed(outcomes);
}
