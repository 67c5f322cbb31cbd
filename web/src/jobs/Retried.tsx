/** What became of a job that was tried again: the newer one stands for it. */
import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import type { Job } from './operations';
import { isOver } from './state';

export function Retried({ job: { title, retriedBy } }: { job: Pick<Job, 'title' | 'retriedBy'> }) {
  const texts = messages.jobs.retried;
  if (!retriedBy) return null;
  const { id, status } = retriedBy;
  const end = status === 'SUCCEEDED' ? texts.ready : texts.failed;
  return (
    <p className="flex flex-wrap gap-x-2 text-small">
      <span>{isOver(status) ? end : texts.underway}</span>
      <Link
        to="/jobs/$id"
        params={{ id }}
        className="relative z-1 underline"
        aria-label={texts.seeOf(title)}
      >
        {texts.see}
      </Link>
    </p>
  );
}
