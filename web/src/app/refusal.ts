/** Why something was not done, in the server's words; null when it was done. */
import type { CombinedError } from '@urql/core';
import { messages } from '../messages';

export function refusalOf(
  error: CombinedError | undefined,
  userErrors: readonly { message: string }[] | undefined,
): string | null {
  const [first] = userErrors ?? [];
  if (first) return first.message;
  return error ? whyFailed(error) : null;
}

/** A request that was answered by errors says them; one without an answer says that. */
export const whyFailed = (error: CombinedError | undefined): string =>
  error?.graphQLErrors[0]?.message ?? messages.page.noAnswer;
