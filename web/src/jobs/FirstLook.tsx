/** A film in its lowest quality, until all of it is made and whoever watches it changes over. */
import { type ReactNode, useState } from 'react';
import { messages } from '../messages';
import type { JobDetails } from './operations';
import { Screen } from './Screen';
import { isOver, playableOf } from './state';
import { useLiveJob } from './useLiveJob';

interface Props {
  job: JobDetails;
  refresh: () => void;
  /** What stands here when there is nothing to watch yet, and below it while there is. */
  children: ReactNode;
}

export function FirstLook({ job, refresh, children }: Props) {
  // Whoever comes when all is made has no use for the lowest quality alone.
  const [watching, setWatching] = useState(!isOver(job.status));
  const look = job.firstLook;
  if (!look || !watching) return children;
  return (
    <Look job={job} look={look} refresh={refresh} changeOver={() => setWatching(false)}>
      {children}
    </Look>
  );
}

interface LookProps extends Props {
  look: NonNullable<JobDetails['firstLook']>;
  changeOver: () => void;
}

function Look({ job, look, refresh, children, changeOver }: LookProps) {
  useLiveJob(look);
  const texts = messages.job;
  if (look.status !== 'SUCCEEDED' || !playableOf(look)) return children;
  return (
    <>
      <Screen job={look} refresh={refresh} />
      {job.status === 'SUCCEEDED' ? (
        // A film that somebody watches is not taken away under their eyes.
        <div className="card card--padded flex flex-wrap items-center gap-3" role="status">
          <p>{texts.allReady}</p>
          <button type="button" className="button button--primary" onClick={changeOver}>
            {texts.changeOver}
          </button>
        </div>
      ) : (
        children
      )}
    </>
  );
}
