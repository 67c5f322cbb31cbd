/** What is done with many assets at once. */
import type { Client } from '@urql/core';
import { AT_ONCE, counted, inParts, summed } from '../app/many';
import { DeleteAssets, StartPreset, TagAssets } from './operations';

/** Starts have no request for many. */
const STARTS_AT_ONCE = 4;

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
