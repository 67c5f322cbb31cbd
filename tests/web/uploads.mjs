/**
 * Several files at once against a real API and store, with everything in the way: a pause, a network
 * cut, a reload, and files that have to be chosen again. Prints which parts were sent how often.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/uploads.mjs FOLDER SCREENSHOTS
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';

const [folder, shots] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const FILES = readdirSync(folder).map((name) => join(folder, name));
/** Real, so that there is something to be found in it. */
const FILM = 'film.mp4';
const PAUSED = '0 paused <i>.mp4';
/** As many as the page sends at the same time. */
const CONNECTIONS = 6;
const PATIENCE = 40_000;

/** Each part by its address without the signature: how often begun, how often answered with 200. */
function watchParts(page) {
  const parts = new Map();
  const of = (request) => {
    const url = new URL(request.url());
    const number = url.searchParams.get('partNumber');
    if (request.method() !== 'PUT' || !number) return null;
    const key = `${url.pathname}#${number}`;
    if (!parts.has(key)) parts.set(key, { begun: 0, stored: 0, cut: 0 });
    return parts.get(key);
  };
  page.on('request', (request) => {
    const part = of(request);
    if (part) part.begun += 1;
  });
  page.on('requestfinished', async (request) => {
    const part = of(request);
    if (part && (await request.response())?.status() === 200) part.stored += 1;
  });
  page.on('requestfailed', (request) => {
    const part = of(request);
    if (part) part.cut += 1;
  });
  return parts;
}

/** Lets so many parts pass to the store; the others are on their way until it lets them, too. */
class Gate {
  #held = [];
  #free = 0;
  #shut = false;

  async take(route) {
    if (route.request().method() !== 'PUT') await route.fallback();
    else if (this.#shut) await route.abort('internetdisconnected');
    else if (this.#free > 0) {
      this.#free -= 1;
      await route.continue();
    } else this.#held.push(route);
  }

  async allow(count) {
    this.#free += count;
    const held = this.#held;
    this.#held = [];
    // What the page gave up meanwhile cannot go on.
    for (const route of held) if (!route.request().failure()) await this.take(route);
  }

  async cut(context) {
    this.#shut = true;
    await context.setOffline(true);
    await this.allow(0);
  }

  async mend(context) {
    this.#shut = false;
    await context.setOffline(false);
  }
}

const rowOf = (page, name) =>
  page.getByRole('dialog').getByRole('listitem').filter({ hasText: name });

async function choose(page, files = FILES) {
  await page.locator('input[type=file][multiple]').first().setInputFiles(files);
}

async function until(holds, what) {
  const end = Date.now() + PATIENCE;
  while (!holds()) {
    must(Date.now() < end, what);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

const sumOf = (parts, what, name = '') =>
  [...parts]
    .filter(([key]) => decodeURIComponent(key).includes(`${name}#`))
    .reduce((sum, [, part]) => sum + part[what], 0);

/** Waits until the store has answered for so many parts. */
const untilStored = (parts, count) =>
  until(() => sumOf(parts, 'stored') >= count, `there are not ${count} parts in the store`);

async function pauseOne(page, gate, parts) {
  const row = rowOf(page, PAUSED);
  await row.getByRole('button', { name: /^Pause/ }).click();
  await row.getByText('Paused', { exact: true }).waitFor();
  const begun = sumOf(parts, 'begun', PAUSED);
  const given = () => sumOf(parts, 'stored', PAUSED) + sumOf(parts, 'cut', PAUSED);
  must(begun > 0, 'nothing of the file was on its way');
  await until(() => given() === begun, 'parts of a paused file are still on their way');
  await gate.allow(2);
  await untilStored(parts, 4);
  must(sumOf(parts, 'begun', PAUSED) === begun, 'a file moved although it was paused');
  await page.screenshot({ path: join(shots, 'uploads-paused.png') });
  await row.getByRole('button', { name: /^Resume/ }).click();
}

async function cutOff(context, page, gate) {
  await gate.cut(context);
  await page.getByText('Connection trouble, trying again').first().waitFor({ timeout: PATIENCE });
  await page.screenshot({ path: join(shots, 'uploads-offline.png') });
  await mustFit(page, 'uploads');
  await mustBeAccessible(page, 'uploads');
  await gate.mend(context);
}

async function reload(page) {
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await page.getByRole('heading', { name: 'Unfinished uploads' }).waitFor();
  await page
    .getByText(/has arrived$/)
    .first()
    .waitFor();
  await page.screenshot({ path: join(shots, 'uploads-reloaded.png') });
  await mustFit(page, 'unfinished uploads');
  await mustBeAccessible(page, 'unfinished uploads');
}

/** Those that an earlier visit had not completed. */
async function unfinished(page) {
  const texts = await page.getByRole('dialog').getByRole('listitem').allInnerTexts();
  return FILES.filter((file) => texts.some((text) => text.includes(basename(file))));
}

function judge(parts) {
  const all = [...parts.values()];
  const again = all.filter((part) => part.begun > 1);
  for (const [key, { begun, stored, cut }] of parts) {
    must(stored <= 1, `${key} was stored ${stored} times`);
    must(begun <= stored + cut, `${key} was begun ${begun} times, and cut ${cut} times`);
  }
  const cuts = all.reduce((sum, part) => sum + part.cut, 0);
  must(cuts > 0, 'nothing was interrupted: the test shows nothing');
  must(cuts <= 3 * CONNECTIONS, `${cuts} parts were interrupted`);
  console.log(`${all.length} parts, ${again.length} of them sent again after ${cuts} cuts`);
}

mkdirSync(shots, { recursive: true });
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
const page = await context.newPage();
const found = complaints(page);
const parts = watchParts(page);
const gate = new Gate();
await page.route(/partNumber=/, (route) => gate.take(route));
try {
  await page.goto(link);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose files' }).waitFor();
  await choose(page);
  await choose(page);
  await page.locator('.upload-notice').getByText(`${FILES.length} files are in the list`).waitFor();
  await rowOf(page, FILM).getByText('H.264 1280 × 720').waitFor();
  await rowOf(page, FILM)
    .getByText(/^becomes about/)
    .waitFor();
  await gate.allow(2);
  await untilStored(parts, 2);
  await pauseOne(page, gate, parts);
  await cutOff(context, page, gate);
  await gate.allow(2);
  await untilStored(parts, 6);
  await reload(page);
  const left = await unfinished(page);
  await choose(page, left);
  await gate.allow(Infinity);
  await page.getByRole('heading', { name: 'Unfinished uploads' }).waitFor({ state: 'hidden' });
  for (const file of left) {
    await rowOf(page, basename(file))
      .getByText('Uploaded', { exact: true })
      .waitFor({ timeout: PATIENCE });
  }
  await page.screenshot({ path: join(shots, 'uploads-done.png') });
  await mustFit(page, 'finished uploads');
  await mustBeAccessible(page, 'finished uploads');
  judge(parts);
  const real = found.filter((text) => !/ERR_INTERNET_DISCONNECTED|WebSocket/.test(text));
  must(real.length === 0, `the browser complains: ${real[0]}`);
  console.log('uploads: all good');
} catch (error) {
  await page.screenshot({ path: join(shots, 'uploads-broken.png'), fullPage: true });
  throw error;
} finally {
  await browser.close();
}
