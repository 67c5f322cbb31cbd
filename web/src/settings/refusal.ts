/** Why a mutation was refused, in one sentence; null when it was not. */
import type { CombinedError } from '@urql/core';
import { messages } from '../messages';

export function refusalOf(
  error: CombinedError | undefined,
  userErrors: readonly { message: string }[] | undefined,
): string | null {
  if (!error) return userErrors?.[0]?.message ?? null;
  return error.graphQLErrors[0]?.message ?? messages.settings.noAnswer;
}
