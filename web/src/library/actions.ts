/** What is done with many assets at once. */
import type { Client, CombinedError } from '@urql/core';
import { messages } from '../messages';
import { DeleteAssets, StartPreset, TagAssets } from './operations';

/** How many went well, and why others did not: each reason once. */
export interface Outcome {
  done: number;
  failed: number;
  reasons: string[];
}

/** What one request may name. */
const AT_ONCE = 100;
/** Starts have no request for many. */
const STARTS_AT_ONCE = 4;

/** `null` stands in the place of one that was refused. */
interface Answered {
  made: readonly (object | null)[];
  userErrors: readonly { message: string }[];
}

const reasonOf = (error: CombinedError | undefined) =>
  error?.graphQLErrors[0]?.message ?? messages.jobs.noAnswer;

export function summed(outcomes: readonly Outcome[]): Outcome {
  return {
    done: outcomes.reduce((sum, one) => sum + one.done, 0),
    failed: outcomes.reduce((sum, one) => sum + one.failed, 0),
    reasons: [...new Set(outcomes.flatMap((one) => one.reasons))],
  };
}

function counted(
  ids: readonly string[],
  answered: Answered | undefined,
  error: CombinedError | undefined,
): Outcome {
  const done = answered?.made.filter((one) => one !== null).length ?? 0;
  const reasons = answered?.userErrors.map(({ message }) => message) ?? [reasonOf(error)];
  return { done, failed: ids.length - done, reasons: [...new Set(reasons)] };
}

async function inParts(
  ids: readonly string[],
  size: number,
  act: (part: string[]) => Promise<Outcome>,
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < ids.length; from += size)
    outcomes.push(await act(ids.slice(from, from + size)));
  return summed(outcomes);
}

export const deleteAssets = (client: Client, ids: readonly string[], deleteSource: boolean) =>
  inParts(ids, AT_ONCE, async (part) => {
    const { data, error } = await client.mutation(DeleteAssets, {
      input: { ids: part, deleteSource },
    });
    const payload = data?.deleteAssets;
    return counted(part, payload && { ...payload, made: payload.assets }, error);
  });

export const tagAssets = (client: Client, ids: readonly string[], addTags: string[]) =>
  inParts(ids, AT_ONCE, async (part) => {
    const { data, error } = await client.mutation(TagAssets, { input: { ids: part, addTags } });
    const payload = data?.updateAssets;
    return counted(part, payload && { ...payload, made: payload.assets }, error);
  });

export const startPreset = (client: Client, ids: readonly string[], preset: string) =>
  inParts(ids, STARTS_AT_ONCE, async (part) =>
    summed(
      await Promise.all(
        part.map(async (assetId) => {
          const { data, error } = await client.mutation(StartPreset, {
            input: { assetId, preset },
          });
          const payload = data?.startTranscode;
          return counted([assetId], payload && { ...payload, made: [payload.job] }, error);
        }),
      ),
    ),
  );
