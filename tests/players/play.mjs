/**
 * Plays streams in Chromium as a viewer would: pictures come, seeks land, rungs switch, each sound
 * is heard, and the end is reached; and no player complains.
 *
 *   node tests/players/play.mjs CASES.json
 *
 * A case: name, player, folder and path of a stream below it or `url`; seconds, rungs as [width,
 * height], sounds as {language, hertz} with the default one first, subtitles as {language, says},
 * whether there is a `picture`, and whether it is `encrypted`.
 */
import { readFile } from 'node:fs/promises';
import { complaints, launch, must } from '../web/support/browser.mjs';
import { serve } from './server.mjs';

// One for each second of the film; what a viewer would notice when a seek lands elsewhere.
const COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [255, 0, 255],
  [0, 255, 255],
];
const AT_ONCE = 4;
const SECONDS_TO_SHOW = 20;
const languages = (sounds) => sounds.map(({ language }) => language).join();

const cases = JSON.parse(await readFile(process.argv[2], 'utf8'));
const server = await serve(Object.fromEntries(cases.map(({ name, folder }) => [name, folder])));
// Pages behind others would be slowed down.
const browser = await launch(
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
);
const failed = [];
try {
  const waiting = [...cases];
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(waiting)));
} finally {
  await browser.close();
  server.close();
}
must(failed.length === 0, `\n${failed.join('\n')}`);
console.log('players: all good');

async function work(waiting) {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const began = performance.now();
    await watch(next).catch((error) =>
      failed.push(`${next.player} ${next.name}: ${error.message}`),
    );
    console.log(next.player, next.name, `${Math.round(performance.now() - began)} ms`);
  }
}

async function watch({ name, player, path, url, encrypted, ...film }) {
  const page = await browser.newPage();
  const said = complaints(page);
  try {
    await page.goto(server.origin);
    const ask = (method, ...words) =>
      page.evaluate(([one, args]) => globalThis.reelmill[one](...args), [method, words]);
    const call = (method, ...words) =>
      encrypted && method === 'see' ? seeOnScreen(page, ask, ...words) : ask(method, ...words);
    const source = url ?? `${server.origin}/media/${name}/${path}`;
    await view(call, await call('open', player, source, encrypted), film);
    const own = await page.evaluate(() => globalThis.reelmill.complaints);
    must(own.length === 0, `it complains: ${own.join('; ')}`);
    await call('destroy');
    must(said.length === 0, `the page complains: ${said[0]}`);
  } finally {
    await page.close();
  }
}

async function seeOnScreen(page, ask, wanted) {
  const end = performance.now() + SECONDS_TO_SHOW * 1000;
  let seen;
  do {
    const shot = await page.locator('video').screenshot();
    seen = await ask('seenOn', shot.toString('base64'));
    if (seen.every((shade, place) => Math.abs(shade - wanted[place]) < 40)) return;
  } while (performance.now() < end);
  throw new Error(`the picture is ${seen} instead of ${wanted}`);
}

async function view(call, opened, { seconds, rungs, sounds, texts, picture }) {
  must(Math.abs(opened.duration - seconds) < 0.1, `it is ${opened.duration} s long`);
  const heights = rungs.map(([, height]) => height).toSorted((a, b) => a - b);
  must(opened.heights.join() === heights.join(), `rungs ${opened.heights} instead of ${heights}`);
  const see = (at) => (picture ? call('see', COLOURS[at]) : null);
  await see(Math.floor(await call('playUntil', 0.2)));
  if (sounds.length > 0) await call('hear', null, sounds[0].hertz);
  for (const at of [4, 1]) {
    const landed = await call('seek', at + 0.5);
    must(Math.abs(landed - at - 0.5) < 0.01, `a seek to ${at + 0.5} s lands at ${landed}`);
    await see(at);
    await call('playUntil', at + 0.8);
  }
  for (const [width, height] of rungs) {
    await call('seek', 0.1);
    await call('playUntil', 0.2);
    await call('choose', width, height);
  }
  await hearAll(call, sounds);
  await readAll(call, texts);
  await call('seek', seconds - 0.5);
  await call('end');
  await see(COLOURS.length - 1);
}

async function hearAll(call, sounds) {
  if (sounds.length < 2) return;
  mustOffer(await call('sounds'), sounds);
  for (let number = sounds.length - 1; number >= 0; number -= 1) {
    await call('seek', 0.5);
    await call('playUntil', 0.6);
    await call('hear', number, sounds[number].hertz);
  }
}

async function readAll(call, texts) {
  mustOffer(await call('texts'), texts);
  for (const [number, { says }] of texts.entries()) {
    await call('seek', 1.2);
    await call('readPlaying', number, says);
    await call('seek', 4.5);
    await call('read', `${says} 4`);
  }
}

function mustOffer(offered, wanted) {
  must(
    languages(offered) === languages(wanted),
    `it offers the languages ${languages(offered)} instead of ${languages(wanted)}`,
  );
}
