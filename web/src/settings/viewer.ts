/** Who is signed in and what that key may do. */
import { useQuery } from 'urql';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { useWhenBack } from '../app/useWhenBack';
import { graphql, type ResultOf } from '../graphql';

const WhoAsks = graphql(`
  query WhoAsks {
    viewer {
      keyId
      keyName
      scopes
    }
  }
`);

export type Viewer = ResultOf<typeof WhoAsks>['viewer'];
export type Scope = Viewer['scopes'][number];

/** `viewer` is undefined while it is not known. */
export function useViewer() {
  const pause = useStore(session).state !== 'active';
  const [{ data, error, fetching }, execute] = useQuery({ query: WhoAsks, pause });
  const failed = Boolean(error) && !data && !fetching;
  const refresh = () => execute({ requestPolicy: 'network-only' });
  useWhenBack(failed, refresh);
  return {
    viewer: data?.viewer,
    failed,
    refresh,
  };
}
