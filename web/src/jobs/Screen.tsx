/** The player with what a job has made. */
import { LazyPlayer } from '../player/LazyPlayer';
import type { Caption, PlayerProps } from '../player/Player';
import { useNow } from '../ui/useNow';
import { keptLink } from './links';
import type { Job, Output } from './operations';
import { captionsOf, playableOf, posterOf } from './state';

interface Props extends Pick<PlayerProps, 'onVideo'> {
  job: Job;
  refresh: () => void;
  /** Instead of those that the job has beside its stream. */
  captions?: Caption[];
}

export function Screen({ job, refresh, captions, onVideo }: Props) {
  const now = useNow();
  const output = playableOf(job);
  const poster = posterOf(job);
  const thumbnails = job.outputs.find(({ kind }) => kind === 'VTT');
  if (!output) return null;
  const streams = output.kind === 'HLS';
  const played = ({ id, playbackUrl }: Output) => keptLink(id, playbackUrl, now);
  const own = () =>
    captionsOf(job).map(({ language, saved, output: text }) => ({
      language,
      saved,
      url: played(text),
    }));
  return (
    <LazyPlayer
      source={streams ? output.playbackUrl : output.url}
      streams={streams}
      pictures={output.width !== null}
      poster={poster && keptLink(poster.id, poster.url, now)}
      thumbnails={thumbnails && played(thumbnails)}
      title={job.title}
      captions={captions ?? own()}
      onNewLink={refresh}
      onVideo={onVideo}
    />
  );
}
