/**
 * Watches one job with the client of npm graphql-sse, and prints what it sees.
 *
 *   GRAPHQL_URL=http://… REELMILL_KEY=rm_… node tests/protocol/peers/stream_client.mjs JOB
 */
import { GRAPHQL_URL, authorization, packages, say } from './packages.mjs';

const { createClient } = packages('graphql-sse');

const client = createClient({
  url: GRAPHQL_URL,
  headers: { authorization },
  on: { connecting: (again) => again && say('again') },
});
const query = 'subscription($i: ID!) { jobUpdated(id: $i) { status progress } }';
for await (const result of client.iterate({ query, variables: { i: process.argv[2] } })) {
  say(result.errors ?? result.data.jobUpdated);
}
say('complete');
client.dispose();
