/** Brings waiting jobs to another place of their queue. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { announce } from '../app/announce';
import { refusalOf } from '../app/refusal';
import { formatCount } from '../format';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import { byTurn, isQueued } from './board';
import type { BoardFeed } from './boardFeed';
import { type BoardJob, SetPriority } from './boardOperations';
import { movesTo } from './priority';

export function useMoves(feed: BoardFeed, jobs: BoardJob[]) {
  const client = useClient();
  const [problem, setProblem] = useState<string | null>(null);
  const queue = useMemo(() => jobs.filter(isQueued), [jobs]);
  const newest = useRef(queue);
  /** How many cannot be moved any more: they stand before the queue. */
  const ahead = useRef(0);
  useEffect(() => {
    newest.current = queue;
    ahead.current = jobs.length - queue.length;
  }, [queue, jobs]);

  const move = useCallback(
    async (job: BoardJob, to: number) => {
      const texts = messages.board;
      const all = newest.current;
      const moves = movesTo(
        all,
        all.findIndex(({ id }) => id === job.id),
        to,
      );
      setProblem(moves ? null : texts.notMoved(texts.noRoom));
      if (!moves || moves.length === 0) return;
      const after = new Map(moves.map((one) => [one.id, one.priority]));
      const wanted = all.map((one) => ({ ...one, priority: after.get(one.id) ?? one.priority }));
      for (const one of wanted) if (after.has(one.id)) feed.expect(one);
      const place = wanted.toSorted(byTurn).findIndex(({ id }) => id === job.id) + 1;
      announce(texts.moved(job.title, formatCount(place), formatCount(all.length)));
      for (const input of moves) {
        const { data, error } = await client.mutation(SetPriority, { input });
        const refusal = refusalOf(error, data?.setJobPriority.userErrors);
        if (refusal === null) continue;
        // What was shown ahead of the answer is not so.
        feed.refresh();
        setProblem(texts.notMoved(sentence(refusal)));
        return;
      }
    },
    [client, feed],
  );
  const step = useCallback(
    (job: BoardJob, by: 1 | -1) => {
      const from = newest.current.findIndex(({ id }) => id === job.id);
      void move(job, from + by);
    },
    [move],
  );
  /** Puts it before what is at this place of the whole section. */
  const drop = useCallback(
    (job: BoardJob, before: number) => {
      const all = newest.current;
      const place = Math.max(0, before - ahead.current);
      const from = all.findIndex(({ id }) => id === job.id);
      if (from >= 0) void move(job, place > from ? place - 1 : place);
    },
    [move],
  );
  return { problem, step, drop };
}
