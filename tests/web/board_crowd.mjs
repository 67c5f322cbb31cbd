/**
 * The board with 500 running jobs and thirty events a second, against the mock: no long task while
 * it updates, little memory at the end, and after a break it shows what is true.
 *
 *   node tests/web/board_crowd.mjs MOCK_URL FOLDER SECONDS
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { memoryOf, processOf, recordNoNetwork } from './support/memory.mjs';
import { mockAt } from './support/mock.mjs';
import { mainThread } from './support/tasks.mjs';

const [base, folder, seconds] = process.argv.slice(2);
const LONGEST_MS = 50;
const MOST_MB = 150;
/** A trace of all the time would be as large as the memory it measures. */
const TRACE_S = 8;
const TRACES = 4;
const ROWS_IN_PAGE = 120;

const { play, truth } = mockAt(base);
const list = (page, name) => page.getByRole('list', { name, exact: true });
const countOf = (page, name) =>
  list(page, name).getByRole('listitem').first().getAttribute('aria-setsize').then(Number);

/** Processor time of tasks; one garbage collection or compilation at a bad moment is nothing that
 * repeats, so one trace in four may have a longer one, but no two. */
async function staysSmooth(browser, page) {
  const worst = [];
  const pause = Math.max(0, (Number(seconds) - TRACES * TRACE_S) / TRACES) * 1000;
  const before = await truth();
  for (let trace = 0; trace < TRACES; trace += 1) {
    await pass(pause);
    const tasks = await mainThread(browser, page, () => pass(TRACE_S * 1000));
    worst.push(tasks.at(-1));
  }
  const { head } = await truth();
  const told = head - before.head;
  console.log(`${told} events in ${seconds} s; longest tasks of ${TRACES} traces: ${worst} ms`);
  must(told > Number(seconds) * 10, `only ${told} events`);
  const long = worst.filter((one) => one > LONGEST_MS);
  must(long.length <= 1, `tasks of ${long} ms while the board updates`);
}

async function scrolls(browser, page) {
  await page.mouse.move(200, 500);
  const tasks = await mainThread(browser, page, async () => {
    for (let step = 0; step < 60; step += 1) {
      await page.mouse.wheel(0, 400);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
  });
  const rows = await page.getByRole('main').getByRole('listitem').count();
  console.log(`scrolled with ${rows} rows in the page; longest task: ${tasks.at(-1)} ms`);
  must(rows < ROWS_IN_PAGE, `${rows} rows are in the page`);
  await page.evaluate(() => scrollTo(0, 0));
}

async function needsLittle(browser, page) {
  const memory = await memoryOf(page, await processOf(browser, page));
  const { footprint, heap, nodes, listeners } = memory;
  console.log(
    `after garbage collection: ${footprint} MB, ${heap} MB of it heap in use, ${nodes} nodes, ` +
      `${listeners} listeners`,
  );
  must(footprint < MOST_MB, `the page needs ${footprint} MB`);
}

/** What happened while the connection was cut is neither lost nor told twice. */
async function catchesUp(page) {
  const before = (await truth()).asked.length;
  await play('cut');
  await page.getByText('No connection to the server').waitFor();
  await page.getByText('No connection to the server').waitFor({ state: 'hidden' });
  await play('calm');
  const { working, waiting, asked } = await truth();
  await page
    .getByRole('button', { name: `Working ${working}` })
    .and(page.getByRole('button', { pressed: false }))
    .waitFor();
  await page.getByRole('button', { name: `Waiting ${waiting}` }).waitFor();
  must((await countOf(page, 'Working')) === working, 'the list has another number than the filter');
  must(asked.length > before, 'it has not asked again');
  must(asked.at(-1) > asked.at(-2), `it asked from ${asked.slice(-2)}, not from where it was`);
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const found = complaints(page);
  await play('crowd');
  await page.goto(`${base}/jobs`);
  await list(page, 'Working').getByRole('listitem').nth(5).waitFor();
  await recordNoNetwork(page);
  must((await countOf(page, 'Working')) > 490, 'not all running jobs are shown');
  await scrolls(browser, page);
  await staysSmooth(browser, page);
  await needsLittle(browser, page);
  must(found.length === 0, found[0]);
  await page.screenshot({ path: join(folder, 'board-crowd-wide.png') });
  await catchesUp(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await mustFit(page, 'board at 360');
  await page.screenshot({ path: join(folder, 'board-crowd-narrow.png') });
  console.log('crowd: all good');
} finally {
  await play('empty');
  await browser.close();
}
