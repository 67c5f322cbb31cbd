import { messages } from '../messages';
import { FilmIcon } from '../ui/icons';
import { Notice } from '../ui/parts';
import { JobRow } from './JobRow';
import { StaleNotice } from './StaleNotice';
import { SHOWN, type useLatestJobs } from './useLatestJobs';

type Latest = ReturnType<typeof useLatestJobs>;

export function JobList({ latest }: { latest: Latest }) {
  const texts = messages.jobs;
  const { jobs } = latest;
  return (
    <section aria-labelledby="jobs-title">
      <div className="section-head">
        <h1 id="jobs-title" className="mb-3">
          {texts.title}
        </h1>
        {jobs?.length === SHOWN && <span className="muted">{texts.latest(SHOWN)}</span>}
      </div>
      {jobs && <StaleNotice />}
      <Content latest={latest} />
    </section>
  );
}

function Content({ latest: { jobs, failed, refresh } }: { latest: Latest }) {
  const texts = messages.jobs;
  if (jobs && jobs.length > 0)
    return (
      <ul className="card rows">
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    );
  if (jobs)
    return (
      <div className="card empty">
        <span className="empty__icon">
          <FilmIcon />
        </span>
        <p className="empty__title">{texts.emptyTitle}</p>
        <p className="muted">{texts.emptyHint}</p>
      </div>
    );
  if (failed)
    return (
      <Notice tone="error" title={texts.failedTitle}>
        <p>{texts.failedHint}</p>
        <button type="button" className="button" onClick={refresh}>
          {texts.tryAgain}
        </button>
      </Notice>
    );
  return <LoadingRows />;
}

/** As high as what comes, so that nothing jumps. */
function LoadingRows() {
  return (
    <div className="card rows" role="status" aria-label={messages.jobs.loading}>
      {[0, 1, 2].map((row) => (
        <div key={row} className="row">
          <span className="thumb skeleton" />
          <div className="row__main">
            <span className="skeleton skeleton--title" />
            <span className="skeleton skeleton--text" />
          </div>
        </div>
      ))}
    </div>
  );
}
