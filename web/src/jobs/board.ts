/** Which jobs the board has, in which sections and in which order. Pure. */
import type { BoardEvent, BoardJob, BoardProgress } from './boardOperations';
import type { JobStatus } from './operations';
import { isOver } from './state';

export const SECTIONS = ['working', 'waiting', 'failed', 'done'] as const;
export type Section = (typeof SECTIONS)[number];
/** What has ended is shown as far back as somebody asks; what has not is shown whole. */
export type EndedSection = 'failed' | 'done';

const SECTION_OF: Record<JobStatus, Section> = {
  RUNNING: 'working',
  FINALIZING: 'working',
  CANCELING: 'working',
  QUEUED: 'waiting',
  LAUNCHING: 'waiting',
  WAITING: 'waiting',
  RETRY_WAIT: 'waiting',
  FAILED: 'failed',
  SUCCEEDED: 'done',
  CANCELED: 'done',
};

export const sectionOf = (job: Pick<BoardJob, 'status'>): Section => SECTION_OF[job.status];

export const statusesOf = (...sections: Section[]): JobStatus[] =>
  (Object.keys(SECTION_OF) as JobStatus[]).filter((one) => sections.includes(SECTION_OF[one]));

/** Whether a priority still moves it: the others have been given to a runner, or wait for one. */
export const isQueued = ({ status }: Pick<BoardJob, 'status'>): boolean =>
  status === 'QUEUED' || status === 'RETRY_WAIT';

type Compare = (one: BoardJob, other: BoardJob) => number;

const textual = (one: string, other: string) => (one < other ? -1 : Number(one > other));

/** Ids are in the order in which jobs were made, and the launcher goes by them, too. */
export const byTurn = (
  one: Pick<BoardJob, 'id' | 'priority'>,
  other: Pick<BoardJob, 'id' | 'priority'>,
): number => other.priority - one.priority || textual(one.id, other.id);

const byEnd: Compare = (one, other) =>
  textual(other.finishedAt ?? other.createdAt, one.finishedAt ?? one.createdAt) ||
  textual(other.id, one.id);

const ORDER: Record<Section, Compare> = {
  // Rows that stay where they are can be read: progress moves none.
  working: (one, other) =>
    textual(one.startedAt ?? one.createdAt, other.startedAt ?? other.createdAt) ||
    textual(one.id, other.id),
  waiting: (one, other) => Number(isQueued(one)) - Number(isQueued(other)) || byTurn(one, other),
  failed: byEnd,
  done: byEnd,
};

export type Jobs = ReadonlyMap<string, BoardJob>;
export type Sections = Record<Section, BoardJob[]>;

export function sectionsOf(jobs: Jobs): Sections {
  const found: Sections = { working: [], waiting: [], failed: [], done: [] };
  for (const job of jobs.values()) found[sectionOf(job)].push(job);
  for (const section of SECTIONS) found[section].sort(ORDER[section]);
  return found;
}

/** Which of them are made first for others: two rows have the same title then. */
export const firstLooksOf = (jobs: Jobs): ReadonlySet<string> =>
  new Set([...jobs.values()].flatMap(({ firstLook }) => firstLook?.id ?? []));

/** What is told of a job: all of it, what changes while it runs, or null: it is gone. */
export type Change = BoardJob | BoardProgress | null;

const isWhole = (change: BoardJob | BoardProgress): change is BoardJob => 'attempts' in change;

/** One change behind another. */
export function folded(before: Change | undefined, change: Change): Change {
  if (!before || !change) return before === null && change && !isWhole(change) ? null : change;
  // Two ways lead here, and what has ended changes no more: the other way is late.
  if (isOver(before.status) && !isOver(change.status)) return before;
  return { ...before, ...change };
}

export function merged(jobs: Jobs, changes: ReadonlyMap<string, Change>): Map<string, BoardJob> {
  const next = new Map(jobs);
  for (const [id, change] of changes) {
    const now = folded(next.get(id), change);
    if (now === null) next.delete(id);
    else if (isWhole(now)) next.set(id, now);
  }
  return next;
}

/** Another job stands for a failure that was tried again: then it is no problem of its own. */
export function withoutRetried(
  jobs: Map<string, BoardJob>,
  changes: ReadonlyMap<string, Change>,
): Map<string, BoardJob> {
  for (const id of changes.keys()) {
    const job = jobs.get(id);
    const old = job?.retryOf && job.status !== 'CANCELED' && jobs.get(job.retryOf.id);
    if (!old) continue;
    if (old.status === 'FAILED') jobs.delete(old.id);
    else jobs.set(old.id, { ...old, retriedBy: { id } });
  }
  return jobs;
}

/** Whether a failure that was left out for this job stands for itself again. */
export const isGivenUp = (job: BoardJob): boolean =>
  job.status === 'CANCELED' && job.retryOf !== null;

/** Lets go of what ended longest ago, beyond so many of a section, and tells which had more. */
export function trimmed(
  jobs: Map<string, BoardJob>,
  most: Record<EndedSection, number>,
  hasMore: (section: EndedSection) => void,
): Map<string, BoardJob> {
  for (const section of ['failed', 'done'] as const) {
    const all = [...jobs.values()].filter((job) => sectionOf(job) === section);
    if (all.length <= most[section]) continue;
    hasMore(section);
    for (const { id } of all.toSorted(byEnd).slice(most[section])) jobs.delete(id);
  }
  return jobs;
}

/** Cursors count up without a gap. */
export const isBehind = (cursor: string, last: string): boolean =>
  cursor.length === last.length ? cursor > last : cursor.length > last.length;

/** What an event changes; null: the job is gone, or another one stands for it. */
export const changeOf = ({ node }: Pick<BoardEvent, 'node'>): BoardJob | null =>
  node && 'status' in node && !(node.status === 'FAILED' && node.retriedBy) ? node : null;

/** Those that have ended between two states of the board. */
export const endedBetween = (before: Jobs, after: Jobs): BoardJob[] =>
  [...after.values()].filter((job) => {
    const earlier = before.get(job.id);
    return isOver(job.status) && earlier !== undefined && !isOver(earlier.status);
  });
