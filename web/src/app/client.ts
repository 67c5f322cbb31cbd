/** The GraphQL client: queries over HTTP, subscriptions over the WebSocket, one cache by id. */
import { cacheExchange } from '@urql/exchange-graphcache';
import {
  Client,
  type CombinedError,
  type ExecutionResult,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from '@urql/core';
import { sharedSocket } from './connection';
import { noteAnswer } from './reach';
import { accessEnded } from './session';

/** These have no identity of their own: they are kept inside what holds them. */
const embedded = () => null;

const cache = cacheExchange({
  keys: {
    AssetConnection: embedded,
    Attempt: embedded,
    Diagnosis: embedded,
    DiagnosisCheck: embedded,
    Curve: embedded,
    Event: embedded,
    JobConnection: embedded,
    JobError: embedded,
    Levels: embedded,
    OutputLoudness: embedded,
    OutputReport: embedded,
    PageInfo: embedded,
    ScanMediaFolderPayload: embedded,
    Stretch: embedded,
    UploadConnection: embedded,
    UploadedPart: embedded,
    Usage: embedded,
    Viewer: embedded,
    Vmaf: embedded,
    Preset: (preset) => (preset['name'] as string | undefined) ?? null,
  },
});

export const isAccessError = (error: CombinedError): boolean =>
  (error.response as Response | undefined)?.status === 401 ||
  error.graphQLErrors.some((one) => one.extensions['code'] === 'UNAUTHENTICATED');

function watch(error: CombinedError | undefined): void {
  if (error && isAccessError(error)) accessEnded();
  noteAnswer(!error?.networkError);
}

/** For lists of any length: a cache would keep every page of them that was ever read. */
export const makeUncachedClient = (): Client =>
  new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'network-only',
    exchanges: [mapExchange({ onResult: ({ error }) => watch(error) }), fetchExchange],
  });

export function makeClient(): Client {
  const socket = sharedSocket();
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      cache,
      // Below the cache, so that it sees answers of the server only.
      mapExchange({ onResult: ({ error }) => watch(error) }),
      subscriptionExchange({
        forwardSubscription: ({ query = '', ...operation }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, ...operation },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
}
