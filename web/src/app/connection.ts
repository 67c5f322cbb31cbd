/** The WebSocket that carries live updates, and whether it can be trusted right now. */
import {
  type Client,
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws';
import { backoff, wait } from './backoff';
import { reached } from './reach';
import { accessEnded } from './session';
import { createStore } from './store';

/** `lost` says since when, in milliseconds of Date.now(). */
export type Connection = { state: 'idle' | 'live' } | { state: 'lost'; since: number };

export const connection = createStore<Connection>({ state: 'idle' });

const NORMAL = 1000;
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
const TIMED_OUT = 4408;
const PING_MS = 15_000;
const PONG_MS = 10_000;

const socketUrl = () =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;

const closeCode = (event: unknown) =>
  typeof event === 'object' && event && 'code' in event ? event.code : undefined;

export interface Socket {
  /** Answers how to end it. */
  subscribe: (
    payload: SubscribePayload,
    sink: Sink<FormattedExecutionResult<Record<string, unknown>, unknown>>,
  ) => () => void;
}

let shared: Socket | undefined;

/** The one connection of the page. */
export const sharedSocket = (): Socket => (shared ??= connect());

/** Connects with the first subscription, signed in by the session cookie, and never gives up. */
function connect(): Socket {
  const client = openClient();
  let open = 0;
  const left = () => {
    open -= 1;
    // With nobody listening there are no more tries, and nothing on the page can be stale.
    if (open === 0 && connection.get().state === 'lost') connection.set({ state: 'idle' });
  };
  return {
    subscribe: (payload, sink) => {
      open += 1;
      const leave = once(left);
      const end = client.subscribe(payload, {
        next: (value) => sink.next(value),
        error: (error) => {
          leave();
          sink.error(error);
        },
        complete: () => {
          leave();
          sink.complete();
        },
      });
      return () => {
        leave();
        end();
      };
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

function openClient(): Client {
  let socket: WebSocket | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  return createClient({
    url: socketUrl,
    lazyCloseTimeout: 5_000,
    connectionAckWaitTimeout: PONG_MS,
    keepAlive: PING_MS,
    retryAttempts: Infinity,
    retryWait: (retries) => wait(backoff(retries)),
    shouldRetry: (event) => ![UNAUTHORIZED, FORBIDDEN].includes(Number(closeCode(event))),
    on: {
      connected: (opened) => {
        socket = opened as WebSocket;
        connection.set({ state: 'live' });
      },
      closed: (event) => {
        clearTimeout(silence);
        const code = closeCode(event);
        if (code === UNAUTHORIZED || code === FORBIDDEN) accessEnded();
        if (code === NORMAL) connection.set({ state: 'idle' });
        else {
          void reached();
          if (connection.get().state !== 'lost')
            connection.set({ state: 'lost', since: Date.now() });
        }
      },
      // A server that is gone without a word (a laptop that slept) answers no ping.
      ping: (received) => {
        if (!received) silence = setTimeout(() => socket?.close(TIMED_OUT), PONG_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
    },
  });
}
