/** The player, loaded when it is shown. */
import { lazy, Suspense } from 'react';
import { arriving } from '../app/arriving';
import { messages } from '../messages';
import type { PlayerProps } from './Player';

const Player = lazy(async () => ({ default: (await arriving(() => import('./Player'))).Player }));

export function LazyPlayer(props: PlayerProps) {
  return (
    <Suspense fallback={<PlayerLoading />}>
      <Player {...props} />
    </Suspense>
  );
}

/** As large as the player will be. */
export function PlayerLoading() {
  return (
    <div role="status" aria-label={messages.player.loading} className="pb-[68px]">
      <div className="skeleton aspect-video max-h-[60vh] w-full sm:max-h-[72vh]" />
    </div>
  );
}
