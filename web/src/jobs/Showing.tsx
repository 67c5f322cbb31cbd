/** The player with what was made; what is made meanwhile is offered, and not put in its place. */
import { useState } from 'react';
import { messages } from '../messages';
import type { Job } from './operations';
import { Screen } from './Screen';

interface Props {
  /** The newest that can be played. */
  job: Job;
  refresh: () => void;
}

export function Showing({ job, refresh }: Props) {
  const [begun, setBegun] = useState(job);
  const texts = messages.job;
  const shown = begun.id === job.id ? job : begun;
  return (
    <>
      <Screen key={shown.id} job={shown} refresh={refresh} />
      {/* A film that somebody watches is not taken away under their eyes. */}
      {shown !== job && (
        <div
          className="card card--padded sticky bottom-3 z-10 flex flex-wrap items-center gap-3 shadow-lg"
          role="status"
        >
          <p>{job.firstLook?.id === shown.id ? texts.allReady : texts.newerReady}</p>
          <button type="button" className="button button--primary" onClick={() => setBegun(job)}>
            {texts.changeOver}
          </button>
        </div>
      )}
    </>
  );
}
