/**
 * Runs the audits of npm graphql-http against a running server; prints each that is not "ok".
 *
 *   GRAPHQL_URL=http://… REELMILL_KEY=rm_… node tests/protocol/peers/audits.mjs
 */
import { GRAPHQL_URL, authorization, packages, say } from './packages.mjs';

const { serverAudits } = packages('graphql-http');

const withKey = (url, init = {}) =>
  fetch(url, { ...init, headers: { ...init.headers, authorization } });

const results = await Promise.all(
  serverAudits({ url: GRAPHQL_URL, fetchFn: withKey }).map((audit) => audit.fn()),
);
const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const result of results) {
  counts[result.status] += 1;
  if (result.status !== 'ok') {
    say({ id: result.id, name: result.name, status: result.status, reason: result.reason });
  }
}
say(counts);
