/** The upload queue of the page and the preset that the next files get. */
import type { Client } from '@urql/core';
import { createContext } from 'react';
import { announce } from '../app/announce';
import { wait } from '../app/backoff';
import { randomId } from '../app/randomId';
import { session } from '../app/session';
import { createStore, type Store } from '../app/store';
import { messages } from '../messages';
import { uploadApi } from './operations';
import type { Picked } from './picked';
import { DEFAULT_PRESET } from './presets';
import { browserMemory } from './memory';
import { look } from './preflight';
import { putPart } from './put';
import { UploadQueue } from './queue';
import { reopen } from './handles';
import { Slots } from './slots';

export interface Uploads {
  queue: UploadQueue;
  preset: Store<string>;
  /** What is to be said about the files that were chosen last; null when nothing. */
  notice: Store<string | null>;
}

/** As many as a browser opens to one store: those of all files together. */
const CONNECTIONS = 6;

export function makeUploads(client: Client): Uploads {
  const connections = new Slots(CONNECTIONS);
  const page = randomId();
  const queue = new UploadQueue(uploadApi(client), {
    put: (file, target, range, onLoaded, signal) =>
      connections.run(() => putPart(file, target, range, onLoaded, signal), signal),
    wait,
    now: () => Date.now(),
    random: Math.random,
    newId: randomId,
    look,
    reopen,
    memory: browserMemory(projectId(), page),
    page,
  });
  void queue.restore().then(() => queue.showForeign());
  return { queue, preset: createStore(DEFAULT_PRESET), notice: createStore<string | null>(null) };
}

/** Takes files that were chosen or dropped, and says what became of them. */
export async function takeFiles(uploads: Uploads, picked: readonly Picked[]): Promise<void> {
  if (picked.length === 0) return;
  const texts = messages.upload;
  const { fresh, resumed, twice } = await uploads.queue.add(picked, uploads.preset.get());
  const notice = twice.length > 0 ? texts.twice(twice) : null;
  uploads.notice.set(notice);
  if (fresh > 0) announce(texts.saidQueued(fresh));
  if (resumed > 0) announce(texts.saidResumed(resumed));
  if (notice) announce(notice);
}

const projectId = (): string => {
  const now = session.get();
  return 'holder' in now ? now.holder.projectId : '';
};

/** Filled by Workspace, above everything that reads it. */
export const UploadsContext = createContext<Uploads>(null as unknown as Uploads);
