import { useState } from 'react';
import { useMutation } from 'urql';
import { refusalOf } from '../app/refusal';
import { messages } from '../messages';
import { CancelJob, type Job } from './operations';
import { isOver } from './state';

export function CancelButton({ job }: { job: Pick<Job, 'id' | 'title' | 'status'> }) {
  const [{ fetching }, cancel] = useMutation(CancelJob);
  const [problem, setProblem] = useState<string | null>(null);
  const texts = messages.jobs;
  if (isOver(job.status)) return null;

  const ask = async () => {
    const { data, error } = await cancel({ input: { id: job.id } });
    const why = refusalOf(error, data?.cancelJob.userErrors);
    setProblem(why && texts.cancelFailed(why));
  };

  return (
    <>
      <button
        type="button"
        className="button"
        disabled={fetching || job.status === 'CANCELING'}
        aria-label={texts.cancelOf(job.title)}
        onClick={() => void ask()}
      >
        {texts.cancel}
      </button>
      {problem && (
        <p className="row__problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
