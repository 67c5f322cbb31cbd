/** Serves the page, the players and the streams, on a port that is free. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const FILES = {
  '/': join(here, 'page.html'),
  '/page.js': join(here, 'page.js'),
  '/players.js': join(here, 'players.js'),
  '/hls.js': join(here, '../../web/node_modules/hls.js/dist/hls.js'),
  '/dash.js': join(here, 'node_modules/dashjs/dist/modern/umd/dash.all.min.js'),
  '/shaka.js': join(here, 'node_modules/shaka-player/dist/shaka-player.compiled-es2021.js'),
};
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
  '.vtt': 'text/vtt',
};

/** What `/media/NAME/...` stands for is a file below `folders[NAME]`. */
export async function serve(folders) {
  const server = createServer((request, response) => {
    answer(folders, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(folders, request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://here').pathname);
  const file = FILES[path] ?? inFolder(folders, path);
  const found = file ? await stat(file).catch(() => null) : null;
  if (!found?.isFile()) return response.writeHead(404).end();
  const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { ...headers, 'content-length': found.size });
    return createReadStream(file).pipe(response);
  }
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : Infinity, found.size - 1);
  const part = `bytes ${start}-${end}/${found.size}`;
  response.writeHead(206, {
    ...headers,
    'content-length': end - start + 1,
    'content-range': part,
  });
  return createReadStream(file, { start, end }).pipe(response);
}

function inFolder(folders, path) {
  const [, , name, ...rest] = path.split('/');
  const root = folders[name];
  const file = root && normalize(join(root, ...rest));
  return file?.startsWith(root) ? file : null;
}
