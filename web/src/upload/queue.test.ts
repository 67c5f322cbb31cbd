import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessEnded, PutFailed, Refused, Unreachable } from './errors';
import type { UploadApi } from './operations';
import { type QueueIO, UploadQueue, type UploadState } from './queue';
import type { SignedPart } from './signatures';

const signed = (number: number): SignedPart => ({
  number,
  url: `https://store.test/${number}`,
  headers: [],
  expiresAt: '2999-01-01T00:00:00Z',
});

const file = (name: string, bytes = 10) =>
  new File([new Uint8Array(bytes)], name, { type: 'video/mp4' });

let count: number;
let api: { [Call in keyof UploadApi]: ReturnType<typeof vi.fn<UploadApi[Call]>> };
let io: QueueIO & { put: ReturnType<typeof vi.fn<QueueIO['put']>> };
let queue: UploadQueue;

beforeEach(() => {
  count = 0;
  api = {
    start: vi.fn(async () => ({ id: 'u', partSize: 5, parts: [signed(1), signed(2)] })),
    sign: vi.fn(async (_, numbers) => numbers.map(signed)),
    storedParts: vi.fn(async () => new Set<number>()),
    complete: vi.fn(async () => 'job'),
    abort: vi.fn(async () => undefined),
  };
  io = {
    put: vi.fn(async () => undefined),
    wait: async (_, signal) => signal?.throwIfAborted(),
    now: () => 0,
    random: () => 0,
    newId: () => String((count += 1)),
    idempotencyKey: () => `key-${(count += 1)}`,
  };
  queue = new UploadQueue(api, io);
});

const states = () => queue.items.get().map((item) => item.state);
const id = () => queue.items.get()[0]?.id ?? '';
const reach = (state: UploadState) => vi.waitFor(() => expect(states()).toContain(state));

/** A put that lasts until it is stopped. */
function hold() {
  io.put.mockImplementation(
    (_file, _target, _range, _onLoaded, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
}

describe('UploadQueue', () => {
  it('uploads files one after the other and names their jobs', async () => {
    queue.add([file('a.mp4'), file('b.mp4')], 'web');
    expect(states()).toEqual(['uploading', 'queued']);
    await vi.waitFor(() => expect(states()).toEqual(['done', 'done']));
    expect(queue.items.get()[0]?.jobId).toBe('job');
    expect(api.start.mock.calls.map(([one, preset]) => [one.name, preset])).toEqual([
      ['a.mp4', 'web'],
      ['b.mp4', 'web'],
    ]);
    expect(queue.busy).toBe(false);
  });

  it('refuses an empty file without a word to the server', async () => {
    queue.add([file('nothing.mp4', 0)], 'web');
    expect(states()).toEqual(['refused']);
    expect(queue.items.get()[0]?.trouble).toEqual({ kind: 'empty' });
    expect(api.start).not.toHaveBeenCalled();
  });

  it('pauses, lets the next file go first, and resumes', async () => {
    hold();
    queue.add([file('a.mp4'), file('b.mp4')], 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    io.put.mockImplementation(async () => undefined);
    queue.pause(id());
    await vi.waitFor(() => expect(states()).toEqual(['paused', 'done']));
    queue.resume(id());
    await vi.waitFor(() => expect(states()).toEqual(['done', 'done']));
    expect(api.start).toHaveBeenCalledTimes(2);
  });

  it('survives a pause and a resume in the same moment', async () => {
    hold();
    queue.add([file('a.mp4')], 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    io.put.mockImplementation(async () => undefined);
    queue.pause(id());
    queue.resume(id());
    queue.pause(id());
    expect(states()).toEqual(['paused']);
    queue.resume(id());
    await reach('done');
    expect(api.complete).toHaveBeenCalledOnce();
  });

  it('cancels: stops, tells the server, and takes the file off the list', async () => {
    hold();
    queue.add([file('a.mp4')], 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    await queue.cancel(id());
    expect(api.abort).toHaveBeenCalledExactlyOnceWith('u');
    expect(queue.items.get()).toEqual([]);
  });

  it('shows a refusal in the words of the server, and starts over on another try', async () => {
    api.complete.mockRejectedValueOnce(new Refused('SIZE_MISMATCH', 'the bytes do not match'));
    queue.add([file('a.mp4')], 'web');
    await reach('failed');
    expect(queue.items.get()[0]?.trouble).toMatchObject({ message: 'the bytes do not match' });
    queue.resume(id());
    await reach('done');
    expect(api.start).toHaveBeenCalledTimes(2);
    const keys = api.start.mock.calls.map(([, , key]) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('keeps what is stored when the store went away, and goes on from there', async () => {
    io.put.mockImplementation(async (_file, target) => {
      if (target.number === 2) throw new PutFailed(500);
    });
    queue.add([file('a.mp4')], 'web');
    await reach('failed');
    expect(queue.items.get()[0]?.trouble).toEqual({ kind: 'store' });
    io.put.mockReset().mockResolvedValue(undefined);
    queue.resume(id());
    await reach('done');
    expect(io.put.mock.calls.map(([, target]) => target.number)).toEqual([2]);
    expect(api.start).toHaveBeenCalledOnce();
  });

  it('asks with the same idempotency key until the server answers', async () => {
    api.start.mockRejectedValueOnce(new Unreachable('away'));
    queue.add([file('a.mp4')], 'web');
    await reach('done');
    const keys = api.start.mock.calls.map(([, , key]) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('sends parts again that the store lost', async () => {
    api.complete.mockRejectedValueOnce(new Refused('PARTS_MISSING', 'part 2 is missing'));
    api.storedParts.mockResolvedValueOnce(new Set([1]));
    queue.add([file('a.mp4')], 'web');
    await reach('done');
    expect(io.put.mock.calls.map(([, target]) => target.number)).toEqual([1, 2, 2]);
  });

  it('goes on after a new sign-in', async () => {
    api.complete.mockRejectedValueOnce(new AccessEnded('signed out'));
    queue.add([file('a.mp4')], 'web');
    await reach('failed');
    expect(queue.busy).toBe(true);
    queue.resumeAfterSignIn();
    await reach('done');
    expect(io.put).toHaveBeenCalledTimes(2);
  });
});
