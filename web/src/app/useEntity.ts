/** One thing that a page is about, by its id. */
import { type AnyVariables, type DocumentInput, useQuery } from 'urql';
import { useKept } from '../ui/useKept';
import { session } from './session';
import { useStore } from './store';
import { useWhenBack } from './useWhenBack';

/** Codes of ids that name nothing here. */
const NOTHING = new Set(['NOT_FOUND', 'INVALID_ID']);

interface Entity<T> {
  /** The newest that was read; it stays while nothing newer can be. */
  found: T | null;
  state: 'there' | 'missing' | 'failed' | 'loading';
  refresh: () => void;
}

export function useEntity<Data, Variables extends AnyVariables, T>(
  query: DocumentInput<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => T | null,
): Entity<T> {
  const signedIn = useStore(session).state === 'active';
  const [{ data, error, fetching }, execute] = useQuery<Data, AnyVariables>({
    query: query as DocumentInput<Data, AnyVariables>,
    variables,
    requestPolicy: 'cache-and-network',
    pause: !signedIn,
  });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  // What has happened meanwhile is not told again.
  useWhenBack(signedIn, refresh);
  const now = data ? pick(data) : null;
  const found = useKept(now);
  const missing =
    (data && !now) ||
    error?.graphQLErrors.some((one) => NOTHING.has(String(one.extensions['code'])));
  if (found) return { found, state: 'there', refresh };
  if (missing) return { found, state: 'missing', refresh };
  return { found, state: error && !fetching ? 'failed' : 'loading', refresh };
}
