import type { Client } from '@urql/core';
import { describe, expect, it, vi } from 'vitest';
import { deleteAssets, startPreset } from './actions';

const refused = { code: 'CONFLICT', message: 'a job is under way' };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);

function clientOf(answer: (input: { ids?: string[]; assetId?: string }) => object) {
  const mutation = vi.fn((_: unknown, { input }: { input: object }) =>
    Promise.resolve(answer(input)),
  );
  return { client: { mutation } as unknown as Client, mutation };
}

describe('deleteAssets', () => {
  it('asks for a hundred at once, and says each reason once', async () => {
    const { client, mutation } = clientOf(({ ids: part = [] }) => ({
      data: {
        deleteAssets: {
          assets: part.map((id) => (id.endsWith('7') ? null : { id })),
          userErrors: part.filter((id) => id.endsWith('7')).map(() => refused),
        },
      },
    }));
    const outcome = await deleteAssets(client, ids(230), true);
    expect(mutation).toHaveBeenCalledTimes(3);
    expect(outcome).toEqual({ done: 207, failed: 23, reasons: ['a job is under way'] });
  });

  it('says that nothing was done when the server does not answer', async () => {
    const { client } = clientOf(() => ({ error: { graphQLErrors: [] } }));
    const outcome = await deleteAssets(client, ids(3), false);
    expect(outcome).toEqual({ done: 0, failed: 3, reasons: ['the server does not answer'] });
  });
});

describe('startPreset', () => {
  it('starts one job for each, and goes on after a refusal', async () => {
    const { client, mutation } = clientOf(({ assetId }) => ({
      data: {
        startTranscode:
          assetId === 'a1'
            ? { job: null, userErrors: [refused] }
            : { job: { id: 'j' }, userErrors: [] },
      },
    }));
    const outcome = await startPreset(client, ids(6), 'web');
    expect(mutation).toHaveBeenCalledTimes(6);
    expect(outcome).toEqual({ done: 5, failed: 1, reasons: ['a job is under way'] });
  });
});
