/** Reads again when a job of an asset is started, here or by somebody else, and when one has ended. */
import { useEffect, useEffectEvent } from 'react';
import { useSubscription } from 'urql';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { JobsOfAssets } from './operations';

const AGAIN_MS = 10_000;

export function useJobsOfAsset(assetId: string | undefined, refresh: () => void): void {
  const pause = useStore(session).state === 'ended' || assetId === undefined;
  const [{ data, error }, restart] = useSubscription({ query: JobsOfAssets, pause });
  const event = data?.events;
  const told = useEffectEvent((node: NonNullable<typeof event>['node']) => {
    if (node && 'asset' in node && node.asset.id === assetId) refresh();
  });
  useEffect(() => {
    if (event) told(event.node);
  }, [event]);
  // The socket repairs itself; this is for a subscription that the server ended with an error.
  useEffect(() => {
    if (!error || pause) return;
    const timer = setTimeout(() => restart(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, restart, pause]);
}
