/**
 * A stand-in for the API, for looking at states that are hard to reach on purpose: a slow upload, a
 * failed job, an ended session. It answers from schema/schema.graphql, so that it cannot drift, and
 * sends the same content security policy as the API. Test only; it stores nothing.
 *
 *   node tests/web/mock/server.mjs --port 8700      (the store is at the next port)
 *   POST /mock {"scenario": "running"}              see scenarios.mjs
 *   GET /mock                                      what is true of the board, see board.mjs
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from './png.mjs';
import { Mock } from './scenarios.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const require = createRequire(join(root, 'web/package.json'));
const { buildSchema, graphql, parse, subscribe, validate } = require('graphql');
const { useServer } = require('graphql-ws/use/ws');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[process.argv.indexOf('--port') + 1] || 8700);
const store = `http://127.0.0.1:${port + 1}`;
const dist = join(root, 'web/dist');
const schema = buildSchema(readFileSync(join(root, 'schema/schema.graphql'), 'utf8'));
schema.getType('Node').resolveType = (value) => value.__typename;

const mock = new Mock(store);
const sockets = new Set();

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

const policy = (inlineStyles) =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self'${inlineStyles ? " 'unsafe-inline'" : ''}`,
    `img-src 'self' blob: data: ${store}`,
    `media-src 'self' blob: data: ${store}`,
    `connect-src 'self' blob: data: ${store} ws://127.0.0.1:${port}`,
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
  ].join('; ');

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

function json(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(value === undefined ? '' : JSON.stringify(value));
}

function page(response, path) {
  const inside = normalize(path).replace(/^(\.\.[/\\])+/, '');
  let file = join(dist, inside);
  if (!existsSync(file) || !statSync(file).isFile()) {
    if (extname(inside)) return json(response, 404, {});
    file = join(dist, 'index.html');
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy(path === '/graphiql.html'),
  });
  return createReadStream(file).pipe(response);
}

async function session(request, response) {
  if (request.method === 'POST') mock.signedIn = (await bodyOf(request)).key === 'rm_mock_secret';
  if (request.method === 'DELETE') mock.signedIn = false;
  if (request.method !== 'GET' && (mock.signedIn || request.method === 'DELETE'))
    return json(response, 204);
  return mock.signedIn ? json(response, 200, mock.session) : json(response, 401, {});
}

async function operation(request, response) {
  if (!mock.signedIn) return json(response, 401, {});
  const { query, variables, operationName } = await bodyOf(request);
  const rootValue = mock.root;
  return json(
    response,
    200,
    await graphql({
      schema,
      source: query,
      rootValue,
      variableValues: variables,
      operationName,
    }),
  );
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://x');
  const answer = async () => {
    if (pathname === '/mock' && request.method === 'GET')
      return json(response, 200, mock.board.truth);
    if (pathname === '/mock') {
      const { scenario } = await bodyOf(request);
      mock.play(scenario);
      if (scenario === 'signed-out') for (const one of sockets) one.close(4401, 'Unauthorized');
      return json(response, 204);
    }
    if (mock.down) return request.socket.destroy();
    if (pathname === '/session') return session(request, response);
    if (pathname === '/graphql' && request.method === 'POST') return operation(request, response);
    return page(response, pathname === '/graphql' ? '/graphiql.html' : pathname);
  };
  answer().catch((error) => json(response, 500, { message: String(error) }));
});

const ws = new WebSocketServer({ server, path: '/graphql' });
ws.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  if (mock.down) socket.terminate();
});
mock.onDown = () => {
  for (const one of sockets) one.terminate();
};
useServer(
  {
    onConnect: () => mock.signedIn,
    onSubscribe: (_ctx, _id, { query, variables }) => {
      const document = parse(query);
      const errors = validate(schema, document);
      return errors.length
        ? errors
        : { schema, document, rootValue: mock.root, variableValues: variables };
    },
    subscribe,
  },
  ws,
);

/** The store: takes parts as slowly as the scenario says. */
const s3 = createServer((request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', 'GET, PUT');
  response.setHeader('access-control-allow-headers', '*');
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  const numbered = /^\/picture\/n(\d+)(?:\?|$)/.exec(request.url);
  if (request.method === 'GET' && numbered)
    return response.writeHead(200, { 'content-type': 'image/png' }).end(png(Number(numbered[1])));
  if (request.method === 'GET')
    return response
      .writeHead(200, { 'content-type': 'image/svg+xml' })
      .end(mock.poster(request.url));
  const status = mock.putStatus();
  if (!mock.slow) request.resume();
  else {
    request.on('data', () => {
      request.pause();
      setTimeout(() => request.resume(), mock.slow);
    });
  }
  return request.on('end', () => response.writeHead(status).end());
});

server.listen(port, '127.0.0.1');
s3.listen(port + 1, '127.0.0.1', () => console.log(`mock at http://127.0.0.1:${port}`));
