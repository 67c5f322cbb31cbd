/** Starts a job like one that failed or was canceled, and shows it. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { once } from '../app/once';
import { refusalOf, whyFailed } from '../app/refusal';
import { messages } from '../messages';
import { type Job, RetryJob } from './operations';
import { canBeRetried, type Retriable } from './state';

export function RetryButton({ job }: { job: Pick<Job, 'id' | 'title' | 'status'> & Retriable }) {
  const [{ fetching }, retry] = useMutation(RetryJob);
  const [problem, setProblem] = useState<string | null>(null);
  const navigate = useNavigate();
  const texts = messages.jobs;
  if (!canBeRetried(job)) return null;

  const ask = async () => {
    const { data, error } = await once(`retry ${job.id}`, { id: job.id }, (input) =>
      retry({ input }),
    );
    const again = data?.retryJob.job;
    if (again) {
      void navigate({ to: '/jobs/$id', params: { id: again.id } });
      return;
    }
    const why = refusalOf(error, data?.retryJob.userErrors) ?? whyFailed(error);
    setProblem(texts.retryFailed(why));
  };

  return (
    <>
      <button
        type="button"
        className="button"
        disabled={fetching}
        aria-label={texts.retryOf(job.title)}
        onClick={() => void ask()}
      >
        {texts.retry}
      </button>
      {problem && (
        <p className="row__problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
