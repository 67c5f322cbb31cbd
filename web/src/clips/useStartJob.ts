/** Starts a job, once however often it is asked for. */
import { useRef } from 'react';
import { useMutation } from 'urql';
import { whyFailed } from '../app/refusal';
import type { VariablesOf } from '../graphql';
import { randomId } from '../upload/uploads';
import { StartJob } from './operations';
import type { UserError } from './problems';

export type JobInput = VariablesOf<typeof StartJob>['input'];

/** The job, or why there is none. */
export interface Started {
  job: string | null;
  errors: readonly UserError[];
}

export function useStartJob() {
  const [{ fetching }, execute] = useMutation(StartJob);
  const last = useRef({ text: '', key: '' });
  const start = async (input: JobInput): Promise<Started> => {
    // An answer that was lost on its way must not become a second job.
    const text = JSON.stringify(input);
    if (last.current.text !== text) last.current = { text, key: randomId() };
    const { data, error } = await execute({
      input: { ...input, idempotencyKey: last.current.key },
    });
    const job = data?.startTranscode.job?.id;
    if (job) {
      last.current = { text: '', key: '' };
      return { job, errors: [] };
    }
    const refused = data?.startTranscode.userErrors;
    return { job: null, errors: refused ?? [{ message: whyFailed(error), field: null }] };
  };
  return { starting: fetching, start };
}
