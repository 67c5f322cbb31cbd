/**
 * A long session in one page, against the mock with 100,000 assets, 500 running jobs and thirty
 * events a second: ever deeper into the library, to an asset, to the board, to a job and back. No
 * long task while the library scrolls and the board updates, and the memory of the whole page.
 *
 *   node tests/web/full.mjs MOCK_URL FOLDER SECONDS
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { complaints, launch, must } from './support/browser.mjs';
import { memoryOf, processOf, recordNoNetwork, slopeOf } from './support/memory.mjs';
import { mockAt } from './support/mock.mjs';
import { mainThread } from './support/tasks.mjs';

const [base, folder, seconds] = process.argv.slice(2);
const LONGEST_MS = 50;
const MOST_MB = 150;
/** From a third of the time to its end; collections and caches come and go by some. */
const GROWS_MB = 20;
/** A trace of all the time would be as large as the memory it measures. */
const TRACED_ROUNDS = 4;
const SCROLLS = 100;
const STEP_PX = 600;
const LOOK_MS = 5_000;

const { play, truth } = mockAt(base);
const list = (page, name) => page.getByRole('main').getByRole('list', { name, exact: true });
const first = (page, name) => list(page, name).getByRole('link').first();
const deepest = (page) =>
  page.evaluate(() =>
    Math.max(...[...document.querySelectorAll('main li')].map((one) => one.ariaPosInSet)),
  );

async function wheel(page, steps, by) {
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** Below the place of the round before. */
async function scrollLibrary(page) {
  await page.mouse.move(640, 500);
  await wheel(page, SCROLLS, STEP_PX);
  await page.waitForFunction(() => document.querySelector('main li .skeleton') === null);
}

async function watchBoard(page) {
  await pass(LOOK_MS);
  await page.mouse.move(200, 500);
  await wheel(page, 30, 400);
  await wheel(page, 30, -400);
  await pass(LOOK_MS / 2);
}

/** Opens the first link that the head of the page does not cover; rows of the board may move. */
async function open(page, name) {
  const title = await list(page, name).evaluate((box) => {
    const link = [...box.querySelectorAll('a')].find(
      (one) => one.getBoundingClientRect().top > 200,
    );
    link.click();
    return link.textContent;
  });
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

async function openAsset(page) {
  await open(page, 'Library');
  await pass(500);
  await page.goBack();
  await first(page, 'Library').waitFor();
}

async function openJob(page) {
  await open(page, 'Working');
  await pass(LOOK_MS / 2);
  await page.goBack();
  await first(page, 'Working').waitFor();
}

class Session {
  worst = [];
  looks = [];
  depth = 0;

  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
  }

  async #seen(name, traced, act) {
    if (!traced) return act(this.page);
    const tasks = await mainThread(this.browser, this.page, () => act(this.page));
    this.worst.push([name, tasks.at(-1)]);
    return undefined;
  }

  /** Ends where it began: at the place in the library. */
  async round(traced) {
    const { page } = this;
    await this.#seen('library', traced, scrollLibrary);
    const depth = await deepest(page);
    must(depth > this.depth, `the library is at ${depth}, and was at ${this.depth} before`);
    this.depth = depth;
    await openAsset(page);
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await first(page, 'Working').waitFor();
    await this.#seen('board', traced, watchBoard);
    await openJob(page);
    await page.goBack();
    await first(page, 'Library').waitFor();
  }

  async look(pid, began) {
    const memory = await memoryOf(this.page, pid);
    const at = (Date.now() - began) / 60_000;
    this.looks.push([at, memory.footprint]);
    console.log(`${at.toFixed(1)} min, asset ${this.depth}: ${told(memory)}`);
  }
}

const told = ({ footprint, pss, rss, heap, nodes, listeners }) =>
  `footprint ${footprint} MB, PSS ${pss} MB, RSS ${rss} MB; heap ${heap} MB, ${nodes} nodes, ` +
  `${listeners} listeners`;

async function live(session, pid) {
  const began = Date.now();
  const past = () => (Date.now() - began) / 1000;
  let traces = 0;
  while (past() < Number(seconds)) {
    const due = past() >= (traces * Number(seconds)) / TRACED_ROUNDS;
    await session.round(due);
    if (due) traces += 1;
    await session.look(pid, began);
  }
}

/** One garbage collection or compilation at a bad moment is nothing that repeats. */
function mustBeSmooth({ worst }) {
  console.log(`longest tasks: ${worst.map(([name, ms]) => `${name} ${ms} ms`).join(', ')}`);
  const long = worst.filter(([, ms]) => ms > LONGEST_MS);
  must(long.length <= worst.length / 4, `long tasks: ${long.join('; ')}`);
}

function mustNeedLittle({ looks }) {
  const [end, last] = looks.at(-1);
  const later = looks.filter(([at]) => at >= end / 3);
  const [[, third]] = later;
  const slope = later.length > 1 ? slopeOf(later) : 0;
  console.log(
    `footprint ${third} MB after a third, ${last} MB in the end: ${slope.toFixed(2)} MB/min`,
  );
  const most = Math.max(...looks.map(([, mb]) => mb));
  must(most < MOST_MB, `the page needs ${most} MB`);
  must(last - third < GROWS_MB, `it grows from ${third} to ${last} MB`);
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const found = complaints(page);
  console.log(`blank page: ${told(await memoryOf(page, await processOf(browser, page)))}`);
  await play('full');
  await page.goto(base);
  await first(page, 'Library').waitFor();
  await recordNoNetwork(page);
  const pid = await processOf(browser, page);
  const session = new Session(browser, page);
  const before = (await truth()).head;
  await live(session, pid);
  const events = (await truth()).head - before;
  console.log(`${events} events in ${seconds} s, ${session.depth} assets deep`);
  must(events > Number(seconds) * 10, `only ${events} events`);
  await page.screenshot({ path: join(folder, 'full-library.png') });
  mustBeSmooth(session);
  mustNeedLittle(session);
  must(found.length === 0, found[0]);
  console.log('full: all good');
} finally {
  await play('empty');
  await browser.close();
}
