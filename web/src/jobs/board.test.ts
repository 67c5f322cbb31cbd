import { describe, expect, it } from 'vitest';
import {
  changeOf,
  endedBetween,
  firstLooksOf,
  folded,
  isBehind,
  isGivenUp,
  merged,
  sectionsOf,
  statusesOf,
  trimmed,
  withoutRetried,
} from './board';
import type { BoardJob, BoardProgress } from './boardOperations';

const job = (id: string, more: Partial<BoardJob> = {}): BoardJob => ({
  id,
  title: 'x.mp4',
  status: 'QUEUED',
  waitingReason: null,
  phase: null,
  progress: 0,
  etaSeconds: null,
  speed: null,
  priority: 0,
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: null,
  finishedAt: null,
  error: null,
  attempts: [],
  firstLook: null,
  retryOf: null,
  retriedBy: null,
  ...more,
});
const all = (...jobs: BoardJob[]) => new Map(jobs.map((one) => [one.id, one]));
const idsOf = (jobs: readonly BoardJob[]) => jobs.map(({ id }) => id);
/** What the subscription of one job tells. */
function partOf(whole: BoardJob): BoardProgress {
  const part: Partial<BoardJob> = { ...whole };
  delete part.attempts;
  delete part.firstLook;
  return part as BoardProgress;
}

describe('sections', () => {
  it('have those that wait in the order in which they run', () => {
    const { waiting } = sectionsOf(
      all(
        job('4', { priority: -1 }),
        job('3', { priority: 7 }),
        job('2'),
        job('1'),
        job('6', { priority: 7, status: 'RETRY_WAIT' }),
        job('5', { status: 'WAITING' }),
      ),
    );
    // The one that has been given to a runner cannot be overtaken any more.
    expect(idsOf(waiting)).toEqual(['5', '3', '6', '1', '2', '4']);
  });

  it('have what ended last at the top', () => {
    const { done, failed } = sectionsOf(
      all(
        job('1', { status: 'SUCCEEDED', finishedAt: '2026-01-01T00:00:09Z' }),
        job('2', { status: 'CANCELED', finishedAt: '2026-01-01T00:00:10Z' }),
        job('3', { status: 'FAILED', finishedAt: '2026-01-01T00:00:01Z' }),
      ),
    );
    expect(idsOf(done)).toEqual(['2', '1']);
    expect(idsOf(failed)).toEqual(['3']);
  });

  it('take every state once', () => {
    expect(statusesOf('working', 'waiting', 'failed', 'done')).toHaveLength(10);
    expect(statusesOf('failed')).toEqual(['FAILED']);
  });

  it('keep the newest of what has ended', () => {
    const ended = ['1', '2', '3'].map((id) =>
      job(id, { status: 'SUCCEEDED', finishedAt: `2026-01-01T00:00:0${id}Z` }),
    );
    const told: string[] = [];
    const kept = trimmed(all(job('0'), ...ended), { failed: 1, done: 2 }, (one) => told.push(one));
    expect([...kept.keys()]).toEqual(['0', '2', '3']);
    expect(told).toEqual(['done']);
  });

  it('know which jobs are made first for others', () => {
    expect([...firstLooksOf(all(job('1', { firstLook: { id: '2' } }), job('2')))]).toEqual(['2']);
  });
});

describe('what is told', () => {
  const running = job('1', { status: 'RUNNING', progress: 0.4, attempts: [{ number: 1 }] });

  it('adds, changes and takes away', () => {
    const jobs = merged(
      all(job('1'), job('2')),
      new Map([
        ['1', running],
        ['2', null],
        ['3', job('3')],
      ]),
    );
    expect([...jobs.values()]).toEqual([running, job('3')]);
  });

  it('of progress alone changes what is known, and adds nothing', () => {
    const part = partOf({ ...running, progress: 0.5 });
    const jobs = merged(
      all(running),
      new Map([
        ['1', part],
        ['9', { ...part, id: '9' }],
      ]),
    );
    expect([...jobs.values()]).toEqual([{ ...running, progress: 0.5 }]);
  });

  it('late does not wake what has ended', () => {
    const done = job('1', { status: 'SUCCEEDED', progress: 1 });
    expect(merged(all(done), new Map([['1', partOf(running)]])).get('1')).toBe(done);
    expect(merged(all(done), new Map([['1', running]])).get('1')).toBe(done);
    expect(folded(done, partOf(running))).toBe(done);
  });

  it('of one that is gone leaves it gone', () => {
    expect(folded(null, partOf(running))).toBeNull();
    expect(folded(undefined, null)).toBeNull();
    expect(folded(running, null)).toBeNull();
  });

  it('names those that have just ended', () => {
    const done = job('1', { status: 'SUCCEEDED' });
    const unknown = job('2', { status: 'FAILED' });
    expect(idsOf(endedBetween(all(running), all(done, unknown)))).toEqual(['1']);
    expect(endedBetween(all(done), all(done))).toEqual([]);
  });

  it('by an event is the job as it is now, or that it is gone', () => {
    const node = { __typename: 'Job' as const, ...running };
    expect(changeOf({ node })).toBe(node);
    expect(changeOf({ node: null })).toBeNull();
  });
});

describe('what is tried again', () => {
  const failed = job('1', { status: 'FAILED' });
  const canceled = job('2', { status: 'CANCELED' });
  const again = (id: string, old: string, status: BoardJob['status'] = 'QUEUED') =>
    job(id, { status, retryOf: { id: old } });
  const shown = (newer: BoardJob) =>
    withoutRetried(all(failed, canceled, newer), new Map([[newer.id, newer]]));

  it('stands for the failure, in every state but one', () => {
    expect([...shown(again('3', '1')).keys()]).toEqual(['2', '3']);
    expect([...shown(again('3', '1', 'FAILED')).keys()]).toEqual(['2', '3']);
    expect([...shown(again('3', '1', 'CANCELED')).keys()]).toEqual(['1', '2', '3']);
    expect(isGivenUp(again('3', '1', 'CANCELED'))).toBe(true);
    expect(isGivenUp(canceled)).toBe(false);
  });

  it('leaves what was canceled among what is over, not to be tried once more', () => {
    expect(shown(again('3', '2')).get('2')?.retriedBy).toEqual({ id: '3' });
  });

  it('says so itself when its failure is told late', () => {
    const node = { __typename: 'Job' as const, ...failed, retriedBy: { id: '3' } };
    expect(changeOf({ node })).toBeNull();
    expect(changeOf({ node: { ...node, status: 'CANCELED' } })).not.toBeNull();
  });
});

describe('cursors', () => {
  it('count up', () => {
    expect(isBehind('10', '9')).toBe(true);
    expect(isBehind('9', '10')).toBe(false);
    expect(isBehind('12', '11')).toBe(true);
    expect(isBehind('12', '12')).toBe(false);
  });
});
