/** The board of the page, which goes on behind what it knows when somebody comes back to it. */
import type { Client } from '@urql/core';
import { useEffect, useRef } from 'react';
import { useClient } from 'urql';
import { announce } from '../app/announce';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { formatCount } from '../format';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import { endedBetween, type Jobs } from './board';
import { BoardFeed } from './boardFeed';

const feeds = new WeakMap<Client, BoardFeed>();

function feedOf(client: Client): BoardFeed {
  const found = feeds.get(client) ?? new BoardFeed();
  feeds.set(client, found);
  return found;
}

export function useBoard() {
  const signedIn = useStore(session).state === 'active';
  const feed = feedOf(useClient());
  const state = useStore(feed.state);
  useEffect(() => (signedIn ? feed.start() : undefined), [feed, signedIn]);
  useSpokenEnds(state.jobs);
  return { feed, state };
}

/** One sentence, also for many that end together. */
function useSpokenEnds(jobs: Jobs): void {
  const before = useRef(jobs);
  useEffect(() => {
    const ended = endedBetween(before.current, jobs).filter(({ status }) => status !== 'CANCELED');
    before.current = jobs;
    const failed = ended.filter(({ status }) => status === 'FAILED');
    const [first] = ended;
    if (!first) return;
    const counts = [ended.length - failed.length, failed.length].map((one) => formatCount(one));
    if (ended.length > 1) announce(messages.board.saidEnded(counts[0] ?? '', counts[1] ?? ''));
    else if (first.status === 'SUCCEEDED') announce(messages.jobs.saidReady(first.title));
    else announce(messages.jobs.saidFailed(first.title, sentence(first.error?.message ?? '')));
  }, [jobs]);
}
