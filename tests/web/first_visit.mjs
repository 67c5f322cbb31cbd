/**
 * The whole way of a first visitor, against a real API, store and runner: sign in by the link,
 * upload, watch the job, play, see a failure explained, use GraphiQL, sign out.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/first_visit.mjs VIDEO FOLDER
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { runFirstExample } from './support/graphiql.mjs';
import { compare, pictureOf, playUntil } from './support/picture.mjs';
import { chooseLowest, heightIs } from './support/player.mjs';

const [film, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const base = new URL(link).origin;
/** So that the test can be repeated on the same stack. */
const RUN = Date.now().toString(36);
const TITLE = `first visit ${RUN}`;
const PATIENCE = 90_000;
/** Three parts and a bit, of zeros: no media at all. */
const NO_FILM = join(folder, `-rf %d ü <b>no film<img src=x> ${RUN}.mp4`);
const NO_FILM_BYTES = 50 * 1024 * 1024;

const shot = (page, name) => page.screenshot({ path: join(folder, `real-${name}.png`) });

async function signIn(page) {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  must(page.url() === `${base}/`, `after sign-in the address is ${page.url()}`);
  const cookies = await page.context().cookies();
  must(
    cookies.every((one) => one.httpOnly && one.sameSite === 'Strict'),
    'the session is readable',
  );
  await page.goBack();
  must(!page.url().includes('rm_'), 'the key is in the history');
  await page.goto(base);
}

async function upload(page) {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Upload' });
  await drawer
    .locator('input[type=file][multiple]')
    .setInputFiles({ name: `${TITLE}.mp4`, mimeType: 'video/mp4', buffer: readFileSync(film) });
  await drawer.getByRole('listitem').filter({ hasText: TITLE }).getByRole('progressbar').waitFor();
  const tile = page.getByRole('main').getByRole('listitem').filter({ hasText: TITLE });
  await tile.getByText(/^(Getting|Looking|Making|Checking|Saving)/).waitFor({ timeout: PATIENCE });
  await shot(page, 'running');
  await tile.getByText('Ready').waitFor({ timeout: PATIENCE });
  await tile.locator('img').evaluate((image) => image.decode());
  await drawer.getByRole('button', { name: 'Close uploads' }).click();
  return tile;
}

async function play(page, tile) {
  await tile.getByRole('link').click();
  const video = page.locator('video');
  await video.waitFor();
  await playUntil(video, 0.4);
  const before = await pictureOf(video);
  await playUntil(video, 2);
  const { moved, shades } = compare(before, await pictureOf(video));
  must(shades > 20, `the picture has ${shades} shades`);
  must(moved > 100, `only ${moved} points of the picture moved`);
  const sound = await video.evaluate((element) => element.webkitAudioDecodedByteCount);
  must(sound > 0, 'no sound was decoded');
  await shot(page, 'playing');
  await mustFit(page, 'asset page');
  await mustBeAccessible(page, 'asset page');
  console.log(`played: ${moved} of 2304 points moved, ${sound} bytes of sound`);
  await chooseQuality(page, video);
}

async function chooseQuality(page, video) {
  const lowest = await chooseLowest(page);
  await video.evaluate((element) => {
    element.currentTime = 0;
    return element.play();
  });
  await heightIs(page, lowest);
}

async function fail(page) {
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.locator('input[type=file][multiple]').setInputFiles(NO_FILM);
  await page.getByRole('button', { name: 'Close uploads' }).click();
  const row = page.getByRole('listitem').filter({ hasText: `> ${RUN}` });
  await row.getByText('Failed').waitFor({ timeout: PATIENCE });
  await row.getByText('Error code').waitFor();
  must((await page.locator('img[src=x]').count()) === 0, 'a file name became HTML');
  await shot(page, 'failed');
}

async function graphiql(page) {
  await runFirstExample(page, base);
  await shot(page, 'graphiql');
}

async function signOut(page) {
  await page.goto(base);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  must((await page.context().cookies()).length === 0, 'the cookie is still there');
}

mkdirSync(folder, { recursive: true });
writeFileSync(NO_FILM, Buffer.alloc(NO_FILM_BYTES));
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
const found = complaints(page);
const quiet = (step) => must(found.length === 0, `${step}: the browser complains: ${found[0]}`);
try {
  await signIn(page);
  quiet('sign-in');
  const tile = await upload(page);
  quiet('upload');
  await play(page, tile);
  quiet('player');
  await fail(page);
  quiet('failure');
  await graphiql(page);
  quiet('GraphiQL');
  await signOut(page);
  console.log('first visit: all good');
} catch (error) {
  await shot(page, 'broken');
  throw error;
} finally {
  await browser.close();
  rmSync(NO_FILM);
}
