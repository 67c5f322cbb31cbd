/** The player with what a job has made. */
import { lazy, Suspense } from 'react';
import { messages } from '../messages';
import { useNow } from '../ui/useNow';
import { keptLink } from './links';
import type { Job, Output } from './operations';
import { captionsOf, playableOf, posterOf } from './state';

const Player = lazy(async () => ({ default: (await import('../player/Player')).Player }));

export function Screen({ job, refresh }: { job: Job; refresh: () => void }) {
  const now = useNow();
  const output = playableOf(job);
  const poster = posterOf(job);
  const thumbnails = job.outputs.find(({ kind }) => kind === 'VTT');
  if (!output) return null;
  const streams = output.kind === 'HLS';
  const played = ({ id, playbackUrl }: Output) => keptLink(id, playbackUrl, now);
  return (
    <Suspense fallback={<Loading />}>
      <Player
        source={streams ? output.playbackUrl : output.url}
        streams={streams}
        poster={poster && keptLink(poster.id, poster.url, now)}
        thumbnails={thumbnails && played(thumbnails)}
        title={job.title}
        captions={captionsOf(job).map(({ language, saved, output: text }) => ({
          language,
          saved,
          url: played(text),
        }))}
        onNewLink={refresh}
      />
    </Suspense>
  );
}

/** As large as the player will be. */
function Loading() {
  return (
    <div role="status" aria-label={messages.player.loading} className="pb-[68px]">
      <div className="skeleton aspect-video max-h-[60vh] w-full sm:max-h-[72vh]" />
    </div>
  );
}
