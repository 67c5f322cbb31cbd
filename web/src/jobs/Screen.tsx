/** The player with what a job has made. */
import { Player } from '../player/Player';
import { useNow } from '../ui/useNow';
import { keptLink } from './links';
import type { Job } from './operations';
import { captionsOf, playableOf, posterOf } from './state';

export function Screen({ job, refresh }: { job: Job; refresh: () => void }) {
  const now = useNow();
  const output = playableOf(job);
  const poster = posterOf(job);
  if (!output) return null;
  const streams = output.kind === 'HLS';
  return (
    <Player
      source={streams ? output.playbackUrl : output.url}
      streams={streams}
      poster={poster && keptLink(poster.id, poster.url, now)}
      title={job.title}
      captions={captionsOf(job).map(({ language, saved, output: { id, playbackUrl } }) => ({
        language,
        saved,
        url: keptLink(id, playbackUrl, now),
      }))}
      onNewLink={refresh}
    />
  );
}
