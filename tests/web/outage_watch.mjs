/**
 * A film that plays while the API is killed, for its owner and for a stranger: it runs dry, says so,
 * and goes on by itself.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/outage_watch.mjs ASSET FOLDER ARTIFACTS SHARE
 */
import { join } from 'node:path';
import { launch, must, mustFit } from './support/browser.mjs';
import { AWAY, Server } from './support/server.mjs';

const [asset, folder, artifacts, share] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const server = new Server(folder);
/** So many pieces of a film arrive before the server is gone. */
const PIECES = 4;
const PATIENCE = 40_000;

/** Later pieces are asked for when the server is gone. */
async function holdLaterPieces(page) {
  const held = [];
  let shut = true;
  let count = 0;
  await page.route(/\/play\/.*\.(m4s|mp4|ts|m4a)$/, (route) => {
    count += 1;
    if (shut && count > PIECES) held.push(route);
    else void route.continue();
  });
  return () => {
    shut = false;
    for (const route of held) void route.continue().catch(() => {});
  };
}

const at = (page) => page.locator('video').evaluate((video) => video.currentTime);

async function playing(page) {
  // Before the player has begun with it, it would be interrupted.
  await page.waitForFunction(() => document.querySelector('video')?.readyState > 0);
  await page.locator('video').evaluate((video) => {
    video.muted = true;
    return video.play();
  });
  await page.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
  await page.locator('video').evaluate((video) => {
    video.playbackRate = 4;
  });
}

async function runDry(page, name) {
  await page.getByText('The video does not arrive').waitFor({ timeout: PATIENCE });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({
      path: join(artifacts, `outage-${name}-${colorScheme}.png`),
    });
  }
  await mustFit(page, name);
  must((await page.getByRole('button', { name: 'Try again' }).count()) === 0, 'it has given up');
  return at(page);
}

async function goesOn(page, dry, name) {
  await page.waitForFunction(
    (from) => document.querySelector('video').currentTime > from + 1,
    dry,
    {
      timeout: PATIENCE,
    },
  );
  server.mustBeWhole(`the film of the ${name}`);
  await page.getByText('The video does not arrive').waitFor({ state: 'hidden' });
  const now = await at(page);
  must(now < dry + 30, `it went from ${dry} to ${now}`);
}

const browser = await launch();
try {
  const own = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const stranger = await browser.newPage({
    viewport: { width: 360, height: 780 },
  });
  await own.goto(link);
  await own.getByRole('heading', { name: 'Library' }).waitFor();
  const releases = await Promise.all([own, stranger].map(holdLaterPieces));
  await own.goto(`${new URL(link).origin}/assets/${asset}`);
  await stranger.goto(share);
  await Promise.all([own, stranger].map(playing));
  await server.kill();
  for (const release of releases) release();
  const dry = await Promise.all([runDry(own, 'player'), runDry(stranger, 'shared')]);
  await own.getByText(AWAY).waitFor();
  // Longer than a player repeats a request by itself.
  if (process.env.REELMILL_AWAY_MS) await own.waitForTimeout(Number(process.env.REELMILL_AWAY_MS));
  await server.start();
  await Promise.all([goesOn(own, dry[0], 'owner'), goesOn(stranger, dry[1], 'stranger')]);
  await own.getByText(AWAY).waitFor({ state: 'hidden' });
  console.log('watch: all good');
} catch (error) {
  for (const [index, context] of browser.contexts().entries())
    for (const page of context.pages())
      await page.screenshot({
        path: join(artifacts, `failed-outage-watch-${index}.png`),
      });
  throw error;
} finally {
  await browser.close();
}
