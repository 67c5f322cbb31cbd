/**
 * The jobs of the project as they are: read once, then kept so by the log of events, from the cursor
 * that was taken before the reading. After a break it goes on behind the last event.
 */
import type { Client } from '@urql/core';
import { backoff, wait } from '../app/backoff';
import { makeUncachedClient } from '../app/client';
import { follow } from '../app/follow';
import { createStore } from '../app/store';
import {
  type Change,
  changeOf,
  type EndedSection,
  folded,
  isBehind,
  isGivenUp,
  type Jobs,
  merged,
  statusesOf,
  trimmed,
  withoutRetried,
} from './board';
import {
  BoardCursor,
  type BoardEvent,
  BoardEvents,
  type BoardJob,
  BoardJobs,
  type EventTypes,
} from './boardOperations';
import type { ResultOf, VariablesOf } from '../graphql';
import { Watches } from './watches';

/** What one request answers at most. */
const PAGE = 100;
/** More at once nobody reads, and the page would become slow. */
export const MOST_UNDERWAY = 2_000;
/** So many that have ended are shown at first, and so many more when somebody asks. */
export const ENDED_STEP = 50;
/** Changes are shown together: often enough to look live, seldom enough for 500 jobs. */
const GATHER_MS = 200;
const AGAIN_MS = 1_500;
/** After a longer break reading anew costs less than all that has happened. */
const REMEMBERED_MS = 120_000;

const TYPES: EventTypes = [
  ...(['JOB_QUEUED', 'JOB_LAUNCHING', 'JOB_RUNNING', 'JOB_FINALIZING', 'JOB_RETRY_WAIT'] as const),
  ...(['JOB_CANCELING', 'JOB_SUCCEEDED', 'JOB_FAILED', 'JOB_CANCELED', 'JOB_PRIORITY'] as const),
  'ASSET_DELETED',
];

type Page = ResultOf<typeof BoardJobs>['jobs'];
type Wanted = Omit<VariablesOf<typeof BoardJobs>, 'first' | 'after'>;
const MADE = 'CREATED_AT_DESC';
/** What took long stands first when it has just ended, and not where it began. */
const ENDED = 'FINISHED_AT_DESC';

export interface BoardState {
  /** Whether it has been read. */
  ready: boolean;
  /** Whether the last reading failed; it is tried again. */
  failed: boolean;
  jobs: Jobs;
  /** Whether there are more under way than are shown. */
  cut: boolean;
  /** Whether more have ended than are shown. */
  more: Record<EndedSection, boolean>;
}

const NOTHING: BoardState = {
  ready: false,
  failed: false,
  jobs: new Map(),
  cut: false,
  more: { failed: false, done: false },
};

export class BoardFeed {
  readonly state = createStore<BoardState>(NOTHING);
  readonly watches = new Watches((change) => this.#queue(change.id, change));
  readonly #client: Pick<Client, 'query'>;
  #most: Record<EndedSection, number> = { failed: ENDED_STEP, done: ENDED_STEP };
  #cursor: string | null = null;
  #pending = new Map<string, Change>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running: AbortController | null = null;
  #stopped = 0;

  constructor(client: Pick<Client, 'query'> = makeUncachedClient()) {
    this.#client = client;
  }

  /** Follows until it is stopped by what it answers. */
  start(): () => void {
    const running = new AbortController();
    this.#running = running;
    this.watches.resume();
    if (Date.now() - this.#stopped > REMEMBERED_MS) this.#cursor = null;
    void this.#run(running.signal);
    return () => {
      this.#running?.abort();
      clearTimeout(this.#again);
      this.watches.pause();
      this.#flush();
      this.#stopped = Date.now();
    };
  }

  /** Reads everything once more, at once. */
  refresh(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    if (!this.#running || this.#running.signal.aborted) return;
    this.#running.abort();
    this.#cursor = null;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  showMore(section: EndedSection): void {
    this.#most = { ...this.#most, [section]: this.#most[section] + ENDED_STEP };
    this.refresh();
  }

  /** Shows what somebody has just asked for, before the server tells it. */
  expect(change: Exclude<Change, null>): void {
    this.#queue(change.id, change);
    this.#flush();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#cursor === null) await this.#read(signal);
        await this.#follow(signal);
      } catch {
        if (signal.aborted) return;
        this.state.set({ ...this.state.get(), failed: this.#cursor === null });
        await wait(backoff(this.#failures), signal).catch(() => {});
        this.#failures += 1;
      }
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { data, error } = await this.#client.query(BoardCursor, {});
    if (error || !data) throw error ?? new Error('no answer');
    const [underway, failed, done] = await Promise.all([
      this.#pages({ status: statusesOf('working', 'waiting'), order: MADE }, MOST_UNDERWAY),
      this.#pages(
        { status: statusesOf('failed'), order: ENDED, retried: false },
        this.#most.failed,
      ),
      this.#pages({ status: statusesOf('done'), order: ENDED }, this.#most.done),
    ]);
    if (signal.aborted) return;
    const all = [...underway.jobs, ...failed.jobs, ...done.jobs];
    this.#pending.clear();
    this.#failures = 0;
    this.#cursor = data.viewer.project.eventCursor;
    this.state.set({
      ready: true,
      failed: false,
      jobs: new Map(all.map((job) => [job.id, job])),
      cut: underway.more,
      more: { failed: failed.more, done: done.more },
    });
  }

  async #pages(wanted: Wanted, most: number) {
    const jobs: BoardJob[] = [];
    let after: string | null = null;
    let more = true;
    while (more && jobs.length < most) {
      const first = Math.min(PAGE, most - jobs.length);
      const { nodes, pageInfo }: Page = await this.#page({ ...wanted, first, after });
      jobs.push(...nodes);
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    return { jobs, more };
  }

  async #page(wanted: VariablesOf<typeof BoardJobs>): Promise<Page> {
    const { data, error } = await this.#client.query(BoardJobs, wanted);
    if (error || !data) throw error ?? new Error('no answer');
    return data.jobs;
  }

  /** Ends by an error whenever the server ends the stream: what follows is asked for anew. */
  #follow(signal: AbortSignal): Promise<never> {
    const cursor = () => this.#cursor ?? '0';
    const variables = {
      types: TYPES,
      // Read whenever the question is sent, also by a socket that has come back.
      get after() {
        return cursor();
      },
    };
    return new Promise((_, reject) => {
      const stop = follow(BoardEvents, variables, {
        next: ({ events }) => this.#take(events),
        ended: (codes) => {
          if (codes?.some((code) => code === 'EVENTS_EXPIRED' || code === 'INVALID_CURSOR'))
            this.#cursor = null;
          reject(new Error(codes?.join()));
        },
      });
      signal.addEventListener('abort', () => {
        stop();
        reject(signal.reason as Error);
      });
    });
  }

  #take(event: BoardEvent): void {
    // What comes once more after a break is known by its number.
    if (this.#cursor === null || !isBehind(event.cursor, this.#cursor)) return;
    this.#cursor = event.cursor;
    this.#failures = 0;
    // Its jobs went with it, and no event names them.
    if (event.type === 'ASSET_DELETED') {
      this.#refreshSoon();
      return;
    }
    const change = changeOf(event);
    if (change && isGivenUp(change)) this.#refreshSoon();
    this.#queue(event.entityId, change);
  }

  /** Often many are deleted or canceled at once. */
  #refreshSoon(): void {
    this.#again ??= setTimeout(() => this.refresh(), AGAIN_MS);
  }

  #queue(id: string, change: Change): void {
    this.#pending.set(id, folded(this.#pending.get(id), change));
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const before = this.state.get();
    const jobs = withoutRetried(merged(before.jobs, this.#pending), this.#pending);
    this.#pending.clear();
    const more = { ...before.more };
    const kept = trimmed(jobs, this.#most, (section) => {
      more[section] = true;
    });
    this.state.set({ ...before, jobs: kept, more });
  }
}
