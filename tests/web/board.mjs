/**
 * The board against the real API, store and runner, in two windows at once. What happens outside the
 * pages is done by test_board.py: both say how far they are by empty files in FOLDER.
 *
 *   REELMILL_SIGN_IN=… node tests/web/board.mjs live|failure FOLDER ARTIFACTS
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { complaints, launch, must } from './support/browser.mjs';

const [what, folder, artifacts] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const base = new URL(link).origin;
const PATIENCE = 120_000;

const say = (name) => writeFileSync(join(folder, name), '');
async function heard(name) {
  for (let tries = 0; !existsSync(join(folder, name)); tries += 1) {
    must(tries < PATIENCE / 100, `nobody has said ${name}`);
    await pass(100);
  }
}
const shot = (page, name) =>
  page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
const row = (page, section, title) =>
  page
    .getByRole('list', { name: section, exact: true })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: title, exact: true }) });

/** It is in this section and in no other, once. */
async function mustBeIn(page, section, title) {
  await row(page, section, title).waitFor({ timeout: PATIENCE });
  const rows = page.getByRole('link', { name: title, exact: true });
  must((await rows.count()) === 1, `${title} is on the board ${await rows.count()} times`);
}

const both = (pages, act) => Promise.all(pages.map(act));

/** A job that another client starts, and a server that dies while it runs. */
async function live(pages) {
  say('open');
  await both(pages, (page) => mustBeIn(page, 'Working', 'Two windows'));
  const bars = await both(pages, (page) =>
    row(page, 'Working', 'Two windows').getByRole('progressbar'),
  );
  await both(bars, (bar) => bar.waitFor());
  await shot(pages[0], 'board-working');
  say('running');
  await both(pages, (page) =>
    page.getByText('No connection to the server').waitFor({ timeout: PATIENCE }),
  );
  await both(pages, (page) => mustBeIn(page, 'Working', 'Two windows'));
  await shot(pages[0], 'board-lost');
  say('lost');
  await both(pages, (page) =>
    page.getByText('No connection to the server').waitFor({ state: 'hidden', timeout: PATIENCE }),
  );
  await both(pages, (page) => mustBeIn(page, 'Done lately', 'Two windows'));
  await both(pages, (page) => row(page, 'Done lately', 'Two windows').getByText('Ready').waitFor());
  await shot(pages[1], 'board-done');
}

/** A file that nobody can read, until it is replaced. */
async function failure([page, other]) {
  say('open');
  await both([page, other], (one) => mustBeIn(one, 'Failed', 'Broken'));
  const failed = row(page, 'Failed', 'Broken');
  const code = await failed.locator('.failure__code code').textContent();
  must(/^[A-Z_]{5,}$/.test(code), `the code is ${code}`);
  must((await failed.locator('.failure__message').textContent()).length > 10, 'no cause is shown');
  must((await failed.locator('.failure__hint').textContent()).length > 10, 'no hint is shown');
  const toJob = failed.getByRole('link');
  const old = await toJob.getAttribute('href');
  const failures = other.getByRole('button', { name: /^Failed \d+$/ });
  const count = async () => Number((await failures.textContent()).replace(/\D/g, ''));
  const before = await count();
  await toJob.click();
  await page.getByText('Log of the last attempt').click();
  must((await page.locator('pre').textContent()).length > 20, 'the log is empty');
  await shot(page, 'board-failed-job');
  await page.goBack();
  say('failed');
  await heard('replaced');
  await row(page, 'Failed', 'Broken').getByRole('button', { name: 'Try again: Broken' }).click();
  await row(other, 'Failed', 'Broken').waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: 'What was made' }).waitFor({ timeout: PATIENCE });
  await row(other, 'Done lately', 'Broken').getByText('Ready').waitFor({ timeout: PATIENCE });
  await mustBeIn(other, 'Done lately', 'Broken');
  must((await count()) === before - 1, `${await count()} of ${before} failures are counted`);
  await seenTo(other, old);
  await page.getByRole('link', { name: 'All jobs' }).click();
  await row(page, 'Done lately', 'Broken').getByText('Ready').waitFor();
}

/** The failed job itself, and the page of its asset, say what became of it and lead there. */
async function seenTo(page, old) {
  await page.goto(`${base}${old}`);
  const said = page.getByText('It was tried again, and is ready.');
  await said.waitFor();
  await shot(page, 'board-retried-job');
  await page.goto(base);
  await page
    .getByRole('link', { name: /broken/i })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Jobs', level: 2 }).waitFor();
  await said.waitFor();
  must((await page.locator('.failure').count()) === 0, 'a problem that is solved is shown as one');
  await shot(page, 'board-retried-asset');
  await page.getByRole('link', { name: 'See the newer job: Broken' }).click();
  await page.getByRole('heading', { name: 'What was made' }).waitFor();
  await page.goto(`${base}/jobs`);
}

/** Two jobs of one film are told apart. */
async function look(pages) {
  say('open');
  await both(pages, async (page) => {
    const titled = page.getByRole('listitem').filter({ hasText: 'Two qualities' });
    await titled.filter({ hasText: 'Ready' }).nth(1).waitFor({ timeout: PATIENCE });
    must((await titled.count()) === 2, `${await titled.count()} rows`);
    const first = await titled.filter({ hasText: 'First look' }).count();
    must(first === 1, `${first} rows say that they are a first look`);
  });
}

mkdirSync(artifacts, { recursive: true });
const browser = await launch('--hide-scrollbars');
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const first = await context.newPage();
  await first.goto(link);
  await first.getByRole('link', { name: 'Jobs', exact: true }).waitFor();
  const pages = [first, await context.newPage()];
  const found = complaints(pages[1]);
  for (const page of pages) {
    await page.goto(`${base}/jobs`);
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading jobs…' }).waitFor({ state: 'detached' });
  }
  await { live, failure, look }[what](pages);
  const bad = found.filter((text) => !/ERR_|WebSocket/.test(text));
  must(bad.length === 0, bad[0]);
  console.log(`${what}: all good`);
} catch (error) {
  for (const page of browser.contexts()[0]?.pages() ?? []) await shot(page, `failed-board-${what}`);
  throw error;
} finally {
  await browser.close();
}
