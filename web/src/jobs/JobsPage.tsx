import { use, useEffect } from 'react';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { useTitle } from '../ui/useTitle';
import { UploadsContext } from '../upload/uploads';
import { JobList } from './JobList';
import { useLatestJobs } from './useLatestJobs';

export function JobsPage() {
  const { queue } = use(UploadsContext);
  const latest = useLatestJobs();
  const { refresh } = latest;
  const uploads = useStore(queue.items);
  const finished = uploads.filter((item) => item.state === 'done' && item.jobId).length;
  useTitle(messages.jobs.title);

  useEffect(() => {
    if (finished > 0) refresh();
  }, [finished, refresh]);

  return <JobList latest={latest} />;
}
