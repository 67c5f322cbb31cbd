import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessEnded, PutFailed, Refused, Unreachable } from './errors';
import type { UploadApi } from './operations';
import type { UploadState } from './item';
import type { Memory, Remembered } from './memory';
import { type QueueIO, UploadQueue } from './queue';
import type { SignedPart } from './signatures';

const signed = (number: number): SignedPart => ({
  number,
  url: `https://store.test/${number}`,
  headers: [],
  expiresAt: '2999-01-01T00:00:00Z',
});

const file = (name: string, bytes = 10) =>
  new File([new Uint8Array(bytes)], name, { type: 'video/mp4' });

const STORED = { open: true, completed: false, partSize: 5, parts: [], jobId: null };

const pick = (...files: File[]) => files.map((one) => ({ file: one, folder: '' }));

let count: number;
let kept: Map<string, Remembered>;
let api: { [Call in keyof UploadApi]: ReturnType<typeof vi.fn<UploadApi[Call]>> };
let io: QueueIO & { put: ReturnType<typeof vi.fn<QueueIO['put']>> };
let queue: UploadQueue;

beforeEach(() => {
  count = 0;
  kept = new Map();
  api = {
    start: vi.fn(async () => ({ id: 'u', partSize: 5, parts: [signed(1), signed(2)] })),
    sign: vi.fn(async (_, numbers) => numbers.map(signed)),
    stored: vi.fn(async () => null),
    unfinished: vi.fn(async () => []),
    complete: vi.fn(async () => 'job'),
    abort: vi.fn(async () => undefined),
  };
  io = {
    put: vi.fn(async () => undefined),
    wait: async (_, signal) => signal?.throwIfAborted(),
    now: () => 0,
    random: () => 0,
    newId: () => String((count += 1)),
    look: async () => null,
    reopen: vi.fn(async () => null),
    memory,
    page: 'this page',
  };
  queue = new UploadQueue(api, io);
});

const memory: Memory = {
  load: async () => [...kept.values()],
  uploadIds: async () => new Set([...kept.values()].flatMap((one) => one.uploadId ?? [])),
  save: async (records) => {
    for (const record of records) kept.set(record.id, record);
  },
  forget: async (ids) => {
    for (const one of ids) kept.delete(one);
  },
};

const states = () => queue.items.get().map((item) => item.state);
const id = () => queue.items.get()[0]?.id ?? '';
const reach = (state: UploadState) => vi.waitFor(() => expect(states()).toContain(state));

/** Puts last until they are stopped, but for files that are named free. Answers how to end this. */
function hold(): () => void {
  let held = true;
  io.put.mockImplementation((one, _target, _range, _onLoaded, signal) =>
    held && !one.name.startsWith('free')
      ? new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        })
      : Promise.resolve(),
  );
  return () => {
    held = false;
  };
}

describe('UploadQueue', () => {
  it('uploads a few files at a time, in their order, and names their jobs', async () => {
    const names = ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'];
    void queue.add(pick(...names.map((name) => file(name))), 'web');
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'queued']);
    await vi.waitFor(() => expect(states()).toEqual(['done', 'done', 'done', 'done']));
    expect(queue.items.get()[0]?.jobId).toBe('job');
    expect(api.start.mock.calls.map(([one]) => one.name)).toEqual(names);
    expect(api.start.mock.calls.map(([, preset]) => preset)).toEqual(names.map(() => 'web'));
    expect(queue.busy).toBe(false);
  });

  it('refuses an empty file without a word to the server', async () => {
    void queue.add(pick(file('nothing.mp4', 0)), 'web');
    expect(states()).toEqual(['refused']);
    expect(queue.items.get()[0]?.trouble).toEqual({ kind: 'empty' });
    expect(api.start).not.toHaveBeenCalled();
  });

  it('pauses one and lets the next go first; pauses all and goes on with all', async () => {
    const release = hold();
    const names = ['a.mp4', 'b.mp4', 'c.mp4', 'free.mp4'];
    void queue.add(pick(...names.map((name) => file(name))), 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    queue.pause(id());
    await vi.waitFor(() => expect(states()).toEqual(['paused', 'uploading', 'uploading', 'done']));
    queue.pauseAll();
    expect(states()).toEqual(['paused', 'paused', 'paused', 'done']);
    release();
    queue.resumeAll();
    await vi.waitFor(() => expect(new Set(states())).toEqual(new Set(['done'])));
    expect(api.start).toHaveBeenCalledTimes(4);
  });

  it('survives a pause and a resume in the same moment', async () => {
    hold();
    void queue.add(pick(file('a.mp4')), 'web');
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
    void queue.add(pick(file('a.mp4')), 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    await queue.cancel(id());
    expect(api.abort).toHaveBeenCalledExactlyOnceWith('u');
    expect(queue.items.get()).toEqual([]);
  });

  it('shows a refusal in the words of the server, and starts over on another try', async () => {
    api.complete.mockRejectedValueOnce(new Refused('SIZE_MISMATCH', 'the bytes do not match'));
    void queue.add(pick(file('a.mp4')), 'web');
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
    void queue.add(pick(file('a.mp4')), 'web');
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
    void queue.add(pick(file('a.mp4')), 'web');
    await reach('done');
    const keys = api.start.mock.calls.map(([, , key]) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('sends parts again that the store lost', async () => {
    api.complete.mockRejectedValueOnce(new Refused('PARTS_MISSING', 'part 2 is missing'));
    api.stored.mockResolvedValueOnce({ ...STORED, parts: [{ number: 1, size: 5, etag: 'e' }] });
    void queue.add(pick(file('a.mp4')), 'web');
    await reach('done');
    expect(io.put.mock.calls.map(([, target]) => target.number)).toEqual([1, 2, 2]);
  });

  it('goes on after a new sign-in', async () => {
    api.complete.mockRejectedValueOnce(new AccessEnded('signed out'));
    void queue.add(pick(file('a.mp4')), 'web');
    await reach('failed');
    expect(queue.busy).toBe(true);
    queue.resumeAfterSignIn();
    await reach('done');
    expect(io.put).toHaveBeenCalledTimes(2);
  });

  it('takes a file that is in the list already once, but for another preset', async () => {
    hold();
    const same = file('a.mp4');
    expect(await queue.add(pick(same, same), 'web')).toMatchObject({ fresh: 1, twice: ['a.mp4'] });
    expect(await queue.add(pick(same), 'web')).toMatchObject({ fresh: 0, twice: ['a.mp4'] });
    expect(await queue.add(pick(same), 'mp4')).toMatchObject({ fresh: 1, twice: [] });
  });
});

/** An earlier visit left an upload behind; this is the next one. */
async function visitAgain(left: File): Promise<UploadQueue> {
  hold();
  const { fresh } = await queue.add(pick(left), 'web');
  expect(fresh).toBe(1);
  await vi.waitFor(() => expect([...kept.values()][0]?.fingerprint).toBeTruthy());
  await vi.waitFor(() => expect([...kept.values()][0]?.uploadId).toBe('u'));
  await vi.waitFor(() => expect(io.put).toHaveBeenCalledTimes(2));
  io.put.mockReset().mockResolvedValue(undefined);
  api.start.mockClear();
  queue = new UploadQueue(api, io);
  return queue;
}

describe('an upload of an earlier visit', () => {
  const film = new File([new Uint8Array(10)], 'a.mp4', { lastModified: 7 });

  it('waits for its file, and sends only what is missing', async () => {
    await visitAgain(film);
    api.stored.mockResolvedValue({ ...STORED, parts: [{ number: 1, size: 5, etag: 'e' }] });
    await queue.restore();
    expect(queue.items.get()).toMatchObject([{ name: 'a.mp4', state: 'needs-file', loaded: 5 }]);
    expect(queue.busy).toBe(false);
    expect(await queue.add(pick(film), 'mp4')).toEqual({ fresh: 0, resumed: 1, twice: [] });
    await reach('done');
    expect(io.put.mock.calls.map(([, target]) => target.number)).toEqual([2]);
    expect(api.start).not.toHaveBeenCalled();
    expect(kept.size).toBe(0);
  });

  it.each([
    ['other bytes', new File([new Uint8Array(10).fill(1)], 'a.mp4', { lastModified: 7 })],
    ['another date', new File([new Uint8Array(10)], 'a.mp4', { lastModified: 8 })],
    ['another size', new File([new Uint8Array(11)], 'a.mp4', { lastModified: 7 })],
  ])('does not go on with a file of %s', async (_, other) => {
    await visitAgain(film);
    api.stored.mockResolvedValue(STORED);
    await queue.restore();
    await queue.provide(id(), other);
    expect(queue.items.get()).toMatchObject([
      { state: 'needs-file', trouble: { kind: 'other-file' } },
    ]);
    await queue.add(pick(other), 'web');
    await vi.waitFor(() => expect(states()).toEqual(['needs-file', 'done']));
  });

  it('starts over when the server no longer keeps it', async () => {
    await visitAgain(film);
    const [record] = kept.values();
    api.stored.mockResolvedValue({ ...STORED, open: false });
    await queue.restore();
    expect(queue.items.get()).toMatchObject([{ trouble: { kind: 'expired' } }]);
    await queue.provide(id(), film);
    await reach('done');
    expect(api.start).toHaveBeenCalledOnce();
    expect(api.start.mock.calls[0]?.[2]).not.toBe(record?.key);
  });

  it('is forgotten when it was completed', async () => {
    await visitAgain(film);
    api.stored.mockResolvedValue({ ...STORED, open: false, completed: true });
    await queue.restore();
    expect(queue.items.get()).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it('goes on by itself where the browser may open the file again', async () => {
    await visitAgain(film);
    api.stored.mockResolvedValue(STORED);
    for (const record of kept.values()) record.handle = {} as FileSystemFileHandle;
    io.reopen = vi.fn(async () => film);
    await queue.restore();
    await reach('done');
    expect(io.reopen).toHaveBeenCalledWith(expect.anything(), false);
  });

  it('is thrown away on the server when it is canceled', async () => {
    await visitAgain(film);
    api.stored.mockResolvedValue(STORED);
    await queue.restore();
    await queue.cancel(id());
    expect(api.abort).toHaveBeenCalledExactlyOnceWith('u');
    expect(queue.items.get()).toEqual([]);
  });
});

describe('an upload that was begun elsewhere', () => {
  const film = new File(['abc', 'de'], 'a.mp4');
  const PARTS = [{ number: 1, size: 3, etag: '"900150983cd24fb0d6963f7d28e17f72"' }];

  beforeEach(async () => {
    api.unfinished.mockResolvedValue([{ id: 'theirs', name: 'a.mp4', size: 5 }]);
    api.stored.mockResolvedValue({ ...STORED, partSize: 3, parts: PARTS });
    await queue.showForeign();
  });

  it('goes on with a file whose parts are those in the store', async () => {
    expect(queue.items.get()).toMatchObject([{ state: 'needs-file', elsewhere: true, loaded: 3 }]);
    await queue.provide(id(), film);
    await reach('done');
    expect(io.put.mock.calls.map(([, target]) => target.number)).toEqual([2]);
    expect(api.complete).toHaveBeenCalledExactlyOnceWith('theirs');
  });

  it('is left alone when the file is another one of that name and size', async () => {
    await queue.provide(id(), new File(['xyz', 'de'], 'a.mp4'));
    expect(queue.items.get()).toMatchObject([
      { state: 'needs-file', trouble: { kind: 'other-file' } },
    ]);
    expect(kept.size).toBe(0);
  });

  it('is not shown when this browser has it open or remembers it', async () => {
    const second = new UploadQueue(api, io);
    kept.set('x', { uploadId: 'theirs' } as Remembered);
    await second.showForeign();
    expect(second.items.get()).toEqual([]);
  });
});

describe('letGo', () => {
  it('stops everything and keeps it remembered', async () => {
    hold();
    void queue.add(pick(file('a.mp4')), 'web');
    await vi.waitFor(() => expect(io.put).toHaveBeenCalled());
    queue.letGo();
    expect(queue.items.get()).toEqual([]);
    expect(queue.busy).toBe(false);
    expect(io.put.mock.calls[0]?.[4].aborted).toBe(true);
    expect([...kept.values()]).toMatchObject([{ name: 'a.mp4', uploadId: 'u' }]);
    expect(api.abort).not.toHaveBeenCalled();
  });
});
