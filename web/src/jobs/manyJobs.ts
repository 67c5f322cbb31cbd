/** What is done with many jobs at once. */
import type { Client } from '@urql/core';
import { AT_ONCE, counted, inParts } from '../app/many';
import { once } from '../app/once';
import { CancelJobs, RetryJobs } from './boardOperations';

export const cancelJobs = (client: Client, ids: readonly string[]) =>
  inParts(ids, AT_ONCE, async (part) => {
    const { data, error } = await client.mutation(CancelJobs, { input: { ids: part } });
    const payload = data?.cancelJobs;
    return counted(part, payload && { ...payload, made: payload.jobs }, error);
  });

export const retryJobs = (client: Client, ids: readonly string[]) =>
  inParts(ids, AT_ONCE, async (part) => {
    const { data, error } = await once(`retry from ${part[0]}`, { ids: part }, (input) =>
      client.mutation(RetryJobs, { input }),
    );
    const payload = data?.retryJobs;
    return counted(part, payload && { ...payload, made: payload.jobs }, error);
  });
