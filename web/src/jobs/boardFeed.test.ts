import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Listener } from '../app/follow';
import { BoardFeed } from './boardFeed';
import type { BoardJob } from './boardOperations';

type Events = Listener<{ events: object }>;
interface Followed {
  variables: { after?: string; id?: string };
  listener: Events;
  stop: () => void;
}
const followed: Followed[] = [];
vi.mock('../app/follow', () => ({
  follow: (_: unknown, variables: Followed['variables'], listener: Events) => {
    const stop = vi.fn();
    followed.push({ variables, listener, stop });
    return stop;
  },
}));

const job = (id: string, status: BoardJob['status'], retryOf: { id: string } | null = null) => ({
  id,
  status,
  title: id,
  attempts: [],
  retryOf,
});

/** A server with these jobs, whose log is at `cursor`. */
function serverOf(jobs: ReturnType<typeof job>[], cursor = '10') {
  const server = { jobs, cursor, error: undefined as Error | undefined };
  const query = vi.fn((_: unknown, variables: { status?: string[] }) => {
    const pageInfo = { endCursor: null, hasNextPage: false };
    const nodes = server.jobs.filter(({ status }) => variables.status?.includes(status));
    const viewer = { project: { eventCursor: server.cursor } };
    const data = variables.status ? { jobs: { nodes, pageInfo } } : { viewer };
    return Promise.resolve(server.error ? { error: server.error } : { data });
  });
  return { server, query, client: { query } as never };
}
const told = (cursor: string, node: object | null, entityId = 'j1') => ({
  events: { cursor, type: 'JOB_RUNNING', entityId, node },
});
const newest = () => followed.at(-1) as Followed;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', vi.fn());
  vi.stubGlobal('removeEventListener', vi.fn());
  vi.stubGlobal('navigator', { onLine: true });
  followed.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function started(jobs = [job('j1', 'QUEUED')]) {
  const { server, client, query } = serverOf(jobs);
  const feed = new BoardFeed(client);
  const stop = feed.start();
  await vi.advanceTimersByTimeAsync(0);
  const status = () => feed.state.get().jobs.get('j1')?.status;
  return { feed, stop, server, query, status };
}

describe('the feed of the board', () => {
  it('reads once, and goes on behind the cursor from before the reading', async () => {
    const { feed, query } = await started();
    expect(feed.state.get().ready).toBe(true);
    expect(query).toHaveBeenCalledTimes(4);
    expect(newest().variables.after).toBe('10');
  });

  it('shows changes, and asks behind the last of them when the socket comes back', async () => {
    const { status } = await started();
    newest().listener.next(told('11', job('j1', 'LAUNCHING')));
    newest().listener.next(told('12', job('j1', 'RUNNING')));
    await vi.advanceTimersByTimeAsync(300);
    expect(status()).toBe('RUNNING');
    expect(newest().variables.after).toBe('12');
    expect(followed).toHaveLength(1);
  });

  it('leaves a failure out when it is tried again, and reads it anew when that is given up', async () => {
    const { feed, server, status } = await started([job('j1', 'FAILED')]);
    const shown = () => [...feed.state.get().jobs.keys()];
    newest().listener.next(told('11', job('j2', 'QUEUED', { id: 'j1' }), 'j2'));
    await vi.advanceTimersByTimeAsync(300);
    expect(shown()).toEqual(['j2']);
    server.jobs = [job('j1', 'FAILED'), job('j2', 'CANCELED', { id: 'j1' })];
    server.cursor = '12';
    newest().listener.next(told('12', job('j2', 'CANCELED', { id: 'j1' }), 'j2'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(status()).toBe('FAILED');
  });

  it('asks for what ended last', async () => {
    const { query } = await started([]);
    const asked = query.mock.calls.map(([, variables]) => variables as Record<string, unknown>);
    const orderOf = (one: string) =>
      asked.find(({ status }) => Array.isArray(status) && status.includes(one))?.order;
    expect(['RUNNING', 'FAILED', 'SUCCEEDED'].map(orderOf)).toEqual([
      'CREATED_AT_DESC',
      'FINISHED_AT_DESC',
      'FINISHED_AT_DESC',
    ]);
  });

  it('asks for failures that nothing stands for', async () => {
    const { query } = await started([]);
    const asked = query.mock.calls.map(([, variables]) => variables as Record<string, unknown>);
    const retried = asked.filter(({ status }) => String(status) === 'FAILED');
    expect(retried).toMatchObject([{ retried: false }]);
  });

  it('takes what is told twice once', async () => {
    const { status } = await started();
    newest().listener.next(told('12', job('j1', 'RUNNING')));
    newest().listener.next(told('11', job('j1', 'LAUNCHING')));
    newest().listener.next(told('12', job('j1', 'QUEUED')));
    await vi.advanceTimersByTimeAsync(300);
    expect(status()).toBe('RUNNING');
    expect(newest().variables.after).toBe('12');
  });

  it('asks again from the last event when the server ends the stream', async () => {
    const { query } = await started();
    newest().listener.next(told('11', job('j1', 'RUNNING')));
    newest().listener.ended(['DATABASE_UNAVAILABLE']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(followed).toHaveLength(2);
    expect(newest().variables.after).toBe('11');
    expect(query).toHaveBeenCalledTimes(4);
  });

  it('reads anew when the log does not reach back so far', async () => {
    const { server, status, query } = await started();
    server.jobs = [job('j1', 'SUCCEEDED')];
    server.cursor = '900';
    newest().listener.ended(['EVENTS_EXPIRED']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(status()).toBe('SUCCEEDED');
    expect(newest().variables.after).toBe('900');
    expect(query).toHaveBeenCalledTimes(8);
  });

  it('says when it cannot read, and tries again by itself', async () => {
    const { server, client } = serverOf([]);
    server.error = new Error('away');
    const feed = new BoardFeed(client);
    feed.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.state.get()).toMatchObject({ ready: false, failed: true });
    server.error = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.state.get()).toMatchObject({ ready: true, failed: false });
  });

  it('goes on where it was when somebody comes back, also with what is looked at', async () => {
    const { feed, stop, query } = await started();
    feed.watches.set(['j1']);
    const watched = newest();
    expect(watched.variables).toEqual({ id: 'j1' });
    stop();
    expect(watched.stop).toHaveBeenCalledOnce();
    feed.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(followed.slice(2).map(({ variables }) => variables.after ?? variables.id)).toEqual([
      'j1',
      '10',
    ]);
    expect(query).toHaveBeenCalledTimes(4);
  });
});
