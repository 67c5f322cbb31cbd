import { describe, expect, it } from 'vitest';
import { byTurn } from './board';
import { movesTo } from './priority';

type Queue = { id: string; priority: number }[];
const equal = (count: number): Queue =>
  Array.from({ length: count }, (_, index) => ({ id: String(index + 100), priority: 0 }));

/** The ids in the order in which they run once the moves are made. */
function after(queue: Queue, moves: Queue | null) {
  const set = new Map(moves?.map(({ id, priority }) => [id, priority]));
  return queue
    .map(({ id, priority }) => ({ id, priority: set.get(id) ?? priority }))
    .toSorted(byTurn)
    .map(({ id }) => id);
}

describe('movesTo', () => {
  it('brings any job of a queue to any place, whatever priorities it has', () => {
    const queues: Queue[] = [
      equal(5),
      [5, 5, 0, 0, 0, -3, -3].map((priority, index) => ({ id: String(index), priority })),
      [100, 100, 99, -99, -100, -100].map((priority, index) => ({ id: String(index), priority })),
      [2, 1, 0].map((priority, index) => ({ id: String(9 - index), priority })),
    ];
    for (const queue of queues)
      for (let from = 0; from < queue.length; from += 1)
        for (let to = 0; to < queue.length; to += 1) {
          const moves = movesTo(queue, from, to);
          if (!moves) continue;
          const ids = queue.map(({ id }) => id);
          const wanted = ids.toSpliced(from, 1).toSpliced(to, 0, ids[from] ?? '');
          expect(after(queue, moves), `${from} to ${to}`).toEqual(wanted);
        }
  });

  it('changes as few as can be', () => {
    expect(movesTo(equal(9), 8, 0)).toEqual([{ id: '108', priority: 1 }]);
    expect(movesTo(equal(9), 0, 8)).toEqual([{ id: '100', priority: -1 }]);
    expect(movesTo(equal(9), 8, 7)).toEqual([{ id: '107', priority: -1 }]);
    expect(movesTo(equal(9), 3, 3)).toEqual([]);
    expect(movesTo(equal(9), 0, -1)).toEqual([]);
  });

  it('goes to the end of its equals where there would be too many changes', () => {
    const queue = equal(200);
    expect(movesTo(queue, 199, 100)).toEqual([{ id: '299', priority: 1 }]);
    expect(movesTo(queue, 0, 100)).toEqual([{ id: '100', priority: -1 }]);
  });

  it('knows where priorities end', () => {
    const highest = equal(3).map(({ id }) => ({ id, priority: 100 }));
    expect(after(highest, movesTo(highest, 2, 1))).toEqual(['100', '102', '101']);
    const ends = [
      { id: '1', priority: 100 },
      { id: '2', priority: 100 },
      { id: '3', priority: -100 },
    ];
    // Nothing is higher than the highest, and nobody below can make room.
    expect(movesTo(ends, 2, 0)).toEqual(null);
  });
});
