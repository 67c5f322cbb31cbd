/** The upload queue of the page and the preset that the next files get. */
import type { Client } from '@urql/core';
import { createContext } from 'react';
import { wait } from '../app/backoff';
import { createStore, type Store } from '../app/store';
import { uploadApi } from './operations';
import { DEFAULT_PRESET } from './presets';
import { putPart } from './put';
import { UploadQueue } from './queue';

export interface Uploads {
  queue: UploadQueue;
  preset: Store<string>;
}

export function makeUploads(client: Client): Uploads {
  const queue = new UploadQueue(uploadApi(client), {
    put: putPart,
    wait,
    now: () => Date.now(),
    random: Math.random,
    newId: randomId,
    idempotencyKey: randomId,
  });
  return { queue, preset: createStore(DEFAULT_PRESET) };
}

/** 128 random bits. crypto.randomUUID would fail on a plain http address in a local network. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Filled by Workspace, above everything that reads it. */
export const UploadsContext = createContext<Uploads>(null as unknown as Uploads);
