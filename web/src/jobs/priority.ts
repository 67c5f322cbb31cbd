/** Which priorities bring a job to another place of the queue. Pure. */
import { byTurn } from './board';
import type { BoardJob } from './boardOperations';

export const LOWEST = -100;
export const HIGHEST = 100;
/**
 * Jobs of one priority run by age: to put one between them, others change theirs, too. Beyond so
 * many it goes to the end of its equals instead.
 */
const MOST_CHANGES = 20;

type Queued = Pick<BoardJob, 'id' | 'priority'>;
/** Priorities to set, in this order. */
export type Moves = Queued[];

/** With which priority `job` runs right before, or right behind, another one. */
const justBefore = ({ id }: Queued, other: Queued): Queued => ({
  id,
  priority: id < other.id ? other.priority : other.priority + 1,
});
const justBehind = ({ id }: Queued, other: Queued): Queued => ({
  id,
  priority: id > other.id ? other.priority : other.priority - 1,
});

/** Raises the job and, from below upwards, all before it that would be behind it then. */
function raising(queue: readonly Queued[], place: number): Moves {
  const moves: Moves = [];
  let next = queue[place + 1];
  for (let index = place; index >= 0 && next; index -= 1) {
    const one = queue[index];
    if (!one || (index < place && byTurn(one, next) < 0)) break;
    next = justBefore(one, next);
    moves.push(next);
  }
  return moves;
}

/** Lowers the job and, downwards, all behind it that would be before it then. */
function lowering(queue: readonly Queued[], place: number): Moves {
  const moves: Moves = [];
  let last = queue[place - 1];
  for (let index = place; index < queue.length && last; index += 1) {
    const one = queue[index];
    if (!one || (index > place && byTurn(last, one) < 0)) break;
    last = justBehind(one, last);
    moves.push(last);
  }
  return moves;
}

const fits = (moves: Moves) =>
  moves.length > 0 && moves.every(({ priority }) => priority >= LOWEST && priority <= HIGHEST);

/**
 * What brings the job at `from` of the queue to `to`, with as few changes as can be; empty where it
 * is there already, null where priorities do not reach so far.
 */
export function movesTo(queue: readonly Queued[], from: number, to: number): Moves | null {
  const job = queue[from];
  const place = Math.max(0, Math.min(to, queue.length - 1));
  if (!job || place === from) return [];
  const order = queue.toSpliced(from, 1).toSpliced(place, 0, job);
  const ways = [raising(order, place), lowering(order, place)].filter(fits);
  const [best] = ways.toSorted((one, other) => one.length - other.length);
  if (!best) return null;
  if (best.length <= MOST_CHANGES) return changesOf(queue, best);
  const aside = to < from ? queue[place] : order[place - 1];
  const alone = aside && (to < from ? justBefore(job, aside) : justBehind(job, aside));
  return alone && fits([alone]) ? [alone] : null;
}

/** The job itself can stay as it is while others make room. */
const changesOf = (queue: readonly Queued[], moves: Moves): Moves =>
  moves.filter(({ id, priority }) => queue.find((one) => one.id === id)?.priority !== priority);
