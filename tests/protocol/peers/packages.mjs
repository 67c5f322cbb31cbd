/** The packages of the web app, from outside its folder. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const packages = createRequire(
  fileURLToPath(new URL('../../../web/package.json', import.meta.url)),
);

export const { GRAPHQL_URL, REELMILL_KEY } = process.env;
export const authorization = `Bearer ${REELMILL_KEY}`;

/** One JSON value a line, for the test that started us. */
export const say = (value) => console.log(JSON.stringify(value));
