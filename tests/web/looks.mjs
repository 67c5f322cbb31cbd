/**
 * Every state of the pages, light and dark, wide and narrow, against the mock. Fails on whatever
 * the browser complains about and on what does not fit; the screenshots are for people.
 *
 *   node tests/web/looks.mjs MOCK_URL FOLDER
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inaccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { runFirstExample } from './support/graphiql.mjs';
import { mockAt } from './support/mock.mjs';

const [base, folder] = process.argv.slice(2);
const BIG = join(folder, '-rf %d ü <img src=x>.mp4');
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

const { play } = mockAt(base);

async function signIn(page) {
  await play('signed-out');
  await page.goto(base);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

async function refused(page) {
  await page.getByLabel('API key').fill('rm_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This key is not valid').waitFor();
}

async function empty(page) {
  await play('empty');
  await page.goto(base);
  await page.getByText('Your library is empty').waitFor();
  await page.getByText('Quick preview').waitFor();
}

async function uploading(page) {
  await play('slow');
  const names = ['notes.pdf', 'nothing.mp4', 'second.mkv'];
  const files = names.map((name) => ({
    name,
    mimeType: name.endsWith('.mp4') ? 'video/mp4' : '',
    buffer: Buffer.alloc(name === 'nothing.mp4' ? 0 : 1000),
  }));
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const input = page.getByRole('dialog').locator('input[type=file][multiple]');
  await input.setInputFiles(BIG);
  await input.setInputFiles(files);
  await page.getByText(/MB\/s/).waitFor();
  must((await page.locator('.row__title img').count()) === 0, 'a file name became HTML');
}

async function paused(page) {
  await page.getByRole('button', { name: 'Pause: -rf' }).click();
  await page.getByText('Paused').waitFor();
}

/** Signatures that ran out while it was paused are renewed, and the upload becomes a job. */
async function resumed(page) {
  await play('expired');
  await page.getByRole('button', { name: 'Resume: -rf' }).click();
  await page.getByRole('button', { name: 'Dismiss: nothing.mp4' }).click();
  const dismiss = page.getByRole('button', { name: /^Dismiss: / });
  await dismiss.nth(2).waitFor();
  for (let left = 3; left > 0; left -= 1) await dismiss.first().click();
  await page.getByRole('heading', { name: 'Uploads' }).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Close uploads' }).click();
  await page.getByRole('link', { name: 'uploaded.mp4' }).first().waitFor();
}

async function library(page) {
  await play('many');
  await page.goto(base);
  await page.getByText('Making the stream').waitFor();
}

async function asset(page) {
  await play('many');
  await page.goto(base);
  await page.getByRole('link', { name: 'Big Buck Bunny.mp4' }).click();
  await page.getByText('Technical facts').waitFor();
  await page.getByText('The link to this video has run out').waitFor();
}

async function settings(page) {
  await page.goto(`${base}/settings`);
  await page.getByText('100,000 files').waitFor();
}

async function missing(page) {
  await page.goto(`${base}/nowhere/at/all`);
  await page.getByText('There is no such page').waitFor();
}

async function jobs(page) {
  await play('many');
  await page.goto(`${base}/jobs`);
  await page.getByText('Making the stream').waitFor();
}

/** The new job comes to the board without a reload. */
async function retried(page) {
  await play('many');
  await page.goto(`${base}/jobs`);
  await page.getByRole('button', { name: 'Try again: holiday' }).click();
  await page.waitForURL(`${base}/jobs/failed-again`);
  await page.getByText('The video appears here when it is ready').waitFor();
  await page.getByRole('link', { name: 'All jobs' }).click();
  const waiting = page.getByRole('list', { name: 'Waiting' });
  await waiting.getByText('holiday final').waitFor();
}

async function lost(page) {
  await play('down');
  await page.getByText('No connection to the server').waitFor();
}

/** Repaired without anybody's help, and live again: the state of a job changes by itself. */
async function back(page) {
  await play('many');
  await page.getByText('No connection to the server').waitFor({ state: 'hidden' });
  await play('progress');
  await page.getByText('Saving the result').waitFor();
}

async function backIn(page) {
  await page.getByLabel('API key').fill('rm_mock_secret');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have been signed out').waitFor({ state: 'hidden' });
  await play('progress');
  await page.getByText('Saving the result').waitFor();
}

async function dropping(page) {
  await empty(page);
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'x.mp4'));
    dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
  });
  await page.getByText('Drop to upload').waitFor();
}

async function dropped(page) {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'x.mp4'));
    dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await page.getByText('Drop to upload').waitFor({ state: 'hidden' });
  await page.getByRole('dialog').getByText('x.mp4').waitFor();
  await page.getByRole('link', { name: 'uploaded.mp4' }).waitFor();
}

async function done(page) {
  await job('done', 'What was made')(page);
  await page.getByText('The link to this video has run out').waitFor();
}

async function graphiql(page) {
  await play('many');
  await runFirstExample(page, base);
}

async function graphiqlSignedOut(page) {
  await play('signed-out');
  await page.goto(`${base}/graphql`);
  await page.getByText('You are not signed in').waitFor();
}

async function ended(page) {
  await jobs(page);
  await play('signed-out');
  await page.getByText('You have been signed out').waitFor();
}

const job = (id, text) => async (page) => {
  await play('many');
  await page.goto(`${base}/jobs/${id}`);
  await page.getByText(text).first().waitFor();
};

/** Each with what it may complain about: a refusal is an error to the browser's console. */
const LOOKS = [
  ['sign-in', signIn, /401/],
  ['sign-in-refused', refused, /401/],
  ['empty', empty],
  ['uploading', uploading],
  ['paused', paused],
  ['resumed', resumed, /403/],
  ['library', library],
  ['asset', asset, /404/],
  ['settings', settings],
  ['missing', missing],
  ['retried', retried],
  ['jobs', jobs, /./],
  ['connection-lost', lost, /ERR_|WebSocket/],
  ['connection-back', back, /ERR_|WebSocket/],
  ['access-ended', ended, /401|ERR_|WebSocket/],
  ['access-back', backIn, /401|ERR_|WebSocket/],
  ['job-running', job('running', 'Making the stream')],
  ['job-failed', job('failed', 'INPUT_UNREADABLE')],
  ['job-done', done, /404/],
  ['job-missing', job('nothing', 'There is no such job')],
  ['dropping', dropping],
  ['dropped', dropped],
];

/** Parts of GraphiQL that it does not let us change: tabs with buttons in them, colours of its
 * editor's theme. */
const NOT_OURS = ['.graphiql-tab', '.monaco-editor'];

/** A tool for people at a desk: its editors need the room. */
const WIDE_LOOKS = [
  ['graphiql', graphiql, null, NOT_OURS],
  ['graphiql-signed-out', graphiqlSignedOut, /401/, NOT_OURS],
];

async function look(browser, scheme, viewport, size, looks) {
  const context = await browser.newContext({ colorScheme: scheme, viewport });
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  const found = complaints(page);
  const faults = [];
  for (const [name, reach, allowed, without] of looks) {
    await reach(page).catch(async (error) => {
      await page.screenshot({ path: join(folder, `failed-${name}.png`) });
      throw error;
    });
    const bad = found.splice(0).filter((text) => !allowed?.test(text));
    must(bad.length === 0, `${name}: ${bad[0]}`);
    await page.evaluate(() => scrollTo(0, 0));
    await mustFit(page, `${name} ${size}`);
    faults.push(...(await inaccessible(page, `${name} ${size} ${scheme}`, without)));
    await page.screenshot({
      path: join(folder, `${name}-${scheme}-${size}.png`),
      fullPage: true,
    });
  }
  await context.close();
  return faults;
}

mkdirSync(folder, { recursive: true });
writeFileSync(BIG, Buffer.alloc(60 * 1024 * 1024));
// Scroll bars take room that screenshots of whole pages do not have.
const browser = await launch('--hide-scrollbars');
try {
  const faults = [];
  for (const scheme of ['light', 'dark']) {
    faults.push(...(await look(browser, scheme, WIDE, 'wide', [...LOOKS, ...WIDE_LOOKS])));
    faults.push(...(await look(browser, scheme, NARROW, 'narrow', LOOKS)));
  }
  must(faults.length === 0, `against accessibility:\n${faults.join('\n')}`);
  console.log(`${LOOKS.length * 4 + WIDE_LOOKS.length * 2} screenshots in ${folder}`);
} finally {
  await browser.close();
  rmSync(BIG);
}
