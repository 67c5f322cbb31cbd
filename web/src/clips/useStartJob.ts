/** Starts a job, once however often it is asked for. */
import { useMutation } from 'urql';
import { once } from '../app/once';
import { whyFailed } from '../app/refusal';
import type { VariablesOf } from '../graphql';
import { StartJob } from './operations';
import type { UserError } from './problems';

export type JobInput = VariablesOf<typeof StartJob>['input'];

/** The job, or why there is none. */
export interface Started {
  job: string | null;
  errors: readonly UserError[];
}

/** `what` of the asset is started: `once` tells it from what other buttons start. */
export function useStartJob(what: string) {
  const [{ fetching }, execute] = useMutation(StartJob);
  const start = async (asked: JobInput): Promise<Started> => {
    const { data, error } = await once(`${what} ${asked.assetId}`, asked, (input) =>
      execute({ input }),
    );
    const job = data?.startTranscode.job?.id;
    if (job) return { job, errors: [] };
    const refused = data?.startTranscode.userErrors;
    return { job: null, errors: refused ?? [{ message: whyFailed(error), field: null }] };
  };
  return { starting: fetching, start };
}
