/** The player with what was made; what is made meanwhile is offered, and not put in its place. */
import { useState } from 'react';
import { messages } from '../messages';
import type { Job } from './operations';
import { Screen } from './Screen';

interface Props {
  /** Those that can be played, the best one first: links run out and come anew with them. */
  jobs: readonly Job[];
  refresh: () => void;
}

export function Showing({ jobs, refresh }: Props) {
  const [best] = jobs;
  return best && <Chosen best={best} jobs={jobs} refresh={refresh} />;
}

function Chosen({ best, jobs, refresh }: Props & { best: Job }) {
  const [begun, setBegun] = useState(best.id);
  const shown = jobs.find(({ id }) => id === begun) ?? best;
  const texts = messages.job;
  return (
    <>
      <Screen key={shown.id} job={shown} refresh={refresh} />
      {/* A film that somebody watches is not taken away under their eyes. */}
      {shown !== best && (
        <div
          className="card card--padded sticky bottom-3 z-10 flex flex-wrap items-center gap-3 shadow-lg"
          role="status"
        >
          <p>{best.firstLook?.id === shown.id ? texts.allReady : texts.newerReady}</p>
          <button
            type="button"
            className="button button--primary"
            onClick={() => setBegun(best.id)}
          >
            {texts.changeOver}
          </button>
        </div>
      )}
    </>
  );
}
