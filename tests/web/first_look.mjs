/**
 * From the last byte of an upload to the first picture: the lowest quality plays while the others
 * are made, and whoever watches it changes over when they like.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/first_look.mjs VIDEO FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { compare, pictureOf, playUntil } from './support/picture.mjs';
import { choose, heightIs } from './support/player.mjs';

const [film, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
/** The goal is 15 s on an idle machine. Tests run beside others: this tells a whole ladder apart. */
const PATIENCE = 90_000;
/** All of the ladder, and a file to keep. */
const WHOLE = 200_000;
const LOWEST = 360;

/** When the last part of the file had arrived, by the clock of this program. */
function lastByte(page) {
  const seen = { at: 0 };
  page.on('requestfinished', (request) => {
    if (request.method() === 'PUT') seen.at = performance.now();
  });
  return seen;
}

async function upload(page) {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Upload' });
  await drawer.locator('input[type=file][multiple]').setInputFiles(film);
  await page.getByRole('link', { name: 'Show the job' }).click({ timeout: PATIENCE });
  await page.getByRole('button', { name: 'Close uploads' }).click();
}

async function watch(page, sent) {
  const video = page.locator('video');
  await video.waitFor({ timeout: PATIENCE });
  await playUntil(video, 0.2);
  const seconds = (performance.now() - sent.at) / 1000;
  const height = await video.evaluate((element) => element.videoHeight);
  must(height === LOWEST, `the first picture has ${height} lines`);
  await page.getByText('You can watch it in the lowest quality already.').waitFor();
  const before = await pictureOf(video);
  await playUntil(video, 2);
  const { moved } = compare(before, await pictureOf(video));
  must(moved > 100, `only ${moved} points of the picture moved`);
  console.log(`last byte to first picture: ${seconds.toFixed(1)} s for 60 s of 720p (goal 15 s)`);
}

async function changeOver(page) {
  const video = page.locator('video');
  await page.getByText('All qualities are ready.').waitFor({ timeout: WHOLE });
  must((await video.evaluate((element) => element.currentTime)) > 2, 'the film began anew');
  await page.screenshot({ path: join(folder, 'real-first-look.png') });
  await mustFit(page, 'first look');
  await mustBeAccessible(page, 'first look');
  await page.getByRole('button', { name: 'Watch it', exact: true }).click();
  await playUntil(video, 0.2);
  await choose(page, 'Quality', '720p');
  await heightIs(page, 720);
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const found = complaints(page);
const sent = lastByte(page);
try {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await upload(page);
  await watch(page, sent);
  await page.screenshot({ path: join(folder, 'real-lowest-first.png') });
  await changeOver(page);
  must(found.length === 0, `the browser complains: ${found[0]}`);
  console.log('first look: all good');
} catch (error) {
  await page.screenshot({ path: join(folder, 'broken-first-look.png') });
  throw error;
} finally {
  await browser.close();
}
