import { use, useEffect } from 'react';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { UploadList } from '../upload/UploadList';
import { UploadPanel } from '../upload/UploadPanel';
import { UploadsContext } from '../upload/uploads';
import { JobList } from './JobList';
import { useLatestJobs } from './useLatestJobs';

export function HomePage() {
  const { queue } = use(UploadsContext);
  const latest = useLatestJobs();
  const { jobs, refresh } = latest;
  const uploads = useStore(queue.items);
  const finished = uploads.filter((item) => item.state === 'done' && item.jobId).length;

  useEffect(() => {
    document.title = messages.product;
  }, []);

  useEffect(() => {
    if (finished > 0) refresh();
  }, [finished, refresh]);

  // A finished upload leaves as soon as its job is there to take its place.
  useEffect(() => {
    const known = new Set(jobs?.map((job) => job.id));
    for (const item of queue.items.get()) {
      if (item.state === 'done' && item.jobId && known.has(item.jobId)) queue.remove(item.id);
    }
  }, [jobs, queue]);

  return (
    <div className="home">
      <h1 className="visually-hidden">{messages.product}</h1>
      <UploadPanel />
      <UploadList />
      <JobList latest={latest} />
    </div>
  );
}
