/**
 * Watches one job with the client of npm graphql-ws, and prints what it sees.
 *
 *   GRAPHQL_URL=http://… REELMILL_KEY=rm_… node tests/protocol/peers/socket_client.mjs JOB
 */
import { GRAPHQL_URL, authorization, packages, say } from './packages.mjs';

const { createClient } = packages('graphql-ws');
const { WebSocket } = packages('ws');

const client = createClient({
  url: GRAPHQL_URL.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
  retryAttempts: 0,
  on: { closed: (event) => say({ closed: event.code, clean: event.wasClean }) },
});
const query = 'subscription($i: ID!) { jobUpdated(id: $i) { status progress } }';
for await (const result of client.iterate({ query, variables: { i: process.argv[2] } })) {
  say(result.errors ?? result.data.jobUpdated);
}
say('complete');
await client.dispose();
