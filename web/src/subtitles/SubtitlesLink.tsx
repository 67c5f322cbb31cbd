/** From the page of a job or an asset to the editor. */
import { Link } from '@tanstack/react-router';
import type { Job } from '../jobs/operations';
import { playableOf } from '../jobs/state';
import { messages } from '../messages';
import { languagesOf } from './languages';

export function SubtitlesLink({ job }: { job: Job }) {
  if (job.status !== 'SUCCEEDED' || !playableOf(job)) return null;
  const texts = messages.subtitles;
  return (
    <Link to="/jobs/$id/subtitles" params={{ id: job.id }} className="button">
      {languagesOf(job).length > 0 ? texts.edit : texts.write}
    </Link>
  );
}
