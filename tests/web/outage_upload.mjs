/**
 * Several files on their way while the API is killed twice: with parts that have no address yet, and
 * between the completion of an upload and its answer.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/outage_upload.mjs FILES FOLDER ARTIFACTS
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { launch, must, mustFit } from './support/browser.mjs';
import { AWAY, Server } from './support/server.mjs';

const [files, folder, artifacts] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const server = new Server(folder);
const FILES = readdirSync(files).map((name) => join(files, name));
const PATIENCE = 40_000;

/** How often the store has answered for each part. */
const stored = new Map();
let hold = [];

async function holdParts(page) {
  await page.route(/partNumber=/, (route) => (hold ? hold.push(route) : route.continue()));
  page.on('requestfinished', async (request) => {
    const url = new URL(request.url());
    const number = url.searchParams.get('partNumber');
    if (request.method() !== 'PUT' || !number) return;
    if ((await request.response())?.status() !== 200) return;
    const key = `${url.pathname}#${number}`;
    stored.set(key, (stored.get(key) ?? 0) + 1);
  });
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
try {
  await page.goto(link);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Choose files' }).waitFor();
  await holdParts(page);
  await page.locator('input[type=file][multiple]').first().setInputFiles(FILES);
  // Every file has begun: its first parts have addresses.
  const begun = () => new Set(hold.map((route) => new URL(route.request().url()).pathname)).size;
  for (let tries = 0; begun() < 2; tries += 1) {
    must(tries < PATIENCE / 100, 'no parts were asked for');
    await page.waitForTimeout(100);
  }
  await server.kill();
  const held = hold;
  hold = null;
  for (const route of held) await route.continue();
  await drawer.getByText('Connection trouble, trying again').nth(1).waitFor({ timeout: PATIENCE });
  await drawer.getByText(AWAY).waitFor();
  must(stored.size > 0, 'no part went to the store while the API was away');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({
      path: join(artifacts, `outage-upload-${colorScheme}.png`),
    });
  }
  await mustFit(page, 'uploads');
  await mustBeAccessible(page, 'uploads while the server is away');
  const { lost } = await server.killBeforeAnswer(page, 'CompleteUpload');
  await server.start();
  await lost;
  await drawer.getByText(AWAY).waitFor();
  await page.screenshot({
    path: join(artifacts, 'outage-upload-completing.png'),
  });
  await server.start();
  await page.getByText(AWAY).first().waitFor({ state: 'hidden', timeout: PATIENCE });
  server.mustBeWhole('the page');
  const done = drawer.getByText('Uploaded', { exact: true });
  await done.nth(FILES.length - 1).waitFor({ timeout: PATIENCE });
  await page.screenshot({ path: join(artifacts, 'outage-upload-done.png') });
  for (const [part, times] of stored) must(times === 1, `${part} was stored ${times} times`);
  console.log(`${stored.size} parts, each stored once`);
  console.log('upload: all good');
} catch (error) {
  await page.screenshot({
    path: join(artifacts, 'failed-outage-upload.png'),
    fullPage: true,
  });
  throw error;
} finally {
  await browser.close();
}
