/** The assets that the address asks for, page by page, and news of changes. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSubscription } from 'urql';
import { makeUncachedClient } from '../app/client';
import { connection } from '../app/connection';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { useWhenBack } from '../app/useWhenBack';
import type { VariablesOf } from '../graphql';
import { useKept } from '../ui/useKept';
import { type Asset, Assets, LibraryEvents } from './operations';
import { type Listing, PAGE, PagedList } from './pages';
import { filterOf, type LibrarySearch, orderOf } from './search';

const AFFECTING: VariablesOf<typeof LibraryEvents>['types'] = [
  ...(['UPLOAD_COMPLETED', 'JOB_QUEUED', 'JOB_SUCCEEDED', 'SCAN_SUCCEEDED'] as const),
  ...(['ASSET_DELETED', 'ASSET_DELETING', 'ASSET_PROBED', 'ASSET_UPDATED'] as const),
];
/** A scan brings thousands of events: the list is read again once for many. */
const GATHER_MS = 1_500;
/** Farther down than this, a list that begins anew would take away what somebody looks at. */
const NEAR_TOP_PX = 400;

/** The list that was shown last: who comes back from an asset's page finds the place again. */
let last: { wanted: string; list: PagedList<Asset> } | null = null;

function listOf(wanted: string): PagedList<Asset> {
  if (last?.wanted === wanted) return last.list;
  const client = makeUncachedClient();
  const variables = JSON.parse(wanted) as Pick<VariablesOf<typeof Assets>, 'filter' | 'orderBy'>;
  const list = new PagedList<Asset>(async (after) => {
    const { data, error } = await client.query(Assets, { first: PAGE, after, ...variables });
    if (error || !data) throw error ?? new Error('no answer');
    const { nodes, pageInfo } = data.assets;
    return { nodes, endCursor: pageInfo.endCursor, hasNextPage: pageInfo.hasNextPage };
  });
  last = { wanted, list };
  return list;
}

export function useAssets(search: LibrarySearch) {
  const signedIn = useStore(session).state === 'active';
  const wanted = JSON.stringify({ filter: filterOf(search), orderBy: orderOf(search) });
  const list = useMemo(() => listOf(wanted), [wanted]);

  useEffect(() => {
    if (!signedIn) return;
    if (!list.listing.get().ready) {
      void list.refresh();
      return;
    }
    // After the router has scrolled to where somebody was.
    const frame = requestAnimationFrame(() => {
      if (scrollY < NEAR_TOP_PX) void list.refresh();
    });
    return () => cancelAnimationFrame(frame);
  }, [list, signedIn]);

  const now = useStore<Listing<Asset>>(list.listing);
  useWhenBack(now.failed, () => list.goOn());
  const kept = useKept(now.ready ? now : null);
  const news = useNews(list);
  // While another list is on its way, the one before it stays.
  return { list, now, shown: kept, ...news };
}

/** Reads again after a change, unless somebody is far down: then it says that there is news. */
function useNews(list: PagedList<Asset>) {
  const signedIn = useStore(session).state === 'active';
  const socket = useStore(connection).state;
  const [gathering, setGathering] = useState(false);
  const [staleList, setStaleList] = useState<PagedList<Asset> | null>(null);

  useEffect(() => {
    if (!gathering) return;
    const timer = setTimeout(() => {
      setGathering(false);
      if (scrollY < NEAR_TOP_PX) void list.refresh();
      else setStaleList(list);
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [gathering, list]);

  useSubscription(
    { query: LibraryEvents, variables: { types: AFFECTING }, pause: !signedIn },
    useCallback((_: unknown, data: unknown) => {
      setGathering(true);
      return data;
    }, []),
  );
  // What happened while the socket was away is not told again.
  const before = useRef(socket);
  useEffect(() => {
    if (before.current === 'lost' && socket === 'live') setGathering(true);
    before.current = socket;
  }, [socket]);

  const refresh = () => {
    setStaleList(null);
    void list.refresh();
  };
  return { stale: staleList === list, refresh };
}
