/** The poster of a finished job, a symbol before that. */
import { FilmIcon, PlayIcon } from '../ui/icons';
import { useNow } from '../ui/useNow';
import { keptLink } from './links';
import type { Job } from './operations';
import { playableOf, posterOf } from './state';

export function Thumb({ job }: { job: Job }) {
  const now = useNow();
  const poster = posterOf(job);
  if (!poster)
    return (
      <span className="thumb thumb--icon">
        <FilmIcon />
      </span>
    );
  return (
    <span className="thumb">
      <img src={keptLink(poster.id, poster.url, now)} alt="" loading="lazy" />
      {playableOf(job) && (
        <span className="thumb__play">
          <PlayIcon />
        </span>
      )}
    </span>
  );
}
