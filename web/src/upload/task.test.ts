import { expect, it, vi } from 'vitest';
import { PutFailed } from './errors';
import type { UploadApi } from './operations';
import { type TaskIO, UploadTask } from './task';

const part = { number: 1, url: 'https://store.test/1', headers: [], expiresAt: '2999-01-01' };

const api: UploadApi = {
  start: async () => ({ id: 'u', partSize: 5, parts: [part] }),
  sign: async () => [part],
  stored: async () => null,
  unfinished: async () => [],
  complete: async () => 'job',
  abort: async () => undefined,
};

it('tells of trouble also right behind other news', async () => {
  const offline: TaskIO = {
    put: async (_file, _target, _range, onLoaded) => {
      onLoaded(1);
      throw new PutFailed(0);
    },
    wait: () => new Promise(() => undefined),
    now: () => 0,
    random: () => 0,
    newId: () => 'key',
  };
  const changed = vi.fn();
  const plan = { title: null, preset: 'web', key: 'key', uploadId: null };
  const news = { changed, opened: () => undefined };
  void new UploadTask(new File(['film'], 'a.mp4'), plan, api, offline, news).run();
  await vi.waitFor(() =>
    expect(changed).toHaveBeenLastCalledWith(expect.objectContaining({ retrying: true })),
  );
});
