/**
 * Films in a codec that this browser has no decoder for: the clip editor and the player say that, and
 * not that the network is to blame.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/undecodable.mjs ASSET FOLDER PAGE…
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { field } from './support/clips.mjs';

const [asset, folder, ...pages] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const { origin } = new URL(link);
const PATIENCE = 90_000;
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: SIZES.wide, locale: 'en-GB' });
  const page = await context.newPage();
  const complained = complaints(page);
  page.setDefaultTimeout(15_000);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  for (const step of [played, tried, chosen]) {
    await step(page);
    must(complained.length === 0, `${step.name}: the page complains: ${complained[0]}`);
  }
} finally {
  await browser.close();
}
console.log('undecodable: all good');

/** A stream, a file with sound, of which browsers would play the sound alone, and one without. */
async function played(page) {
  for (const [number, address] of pages.entries()) {
    await page.goto(address);
    await page.getByText('This browser cannot decode this video').waitFor();
    await page.screenshot({ path: join(folder, `real-undecodable-player-${number}.png`) });
  }
}

/** Where the browser only finds out as it tries. */
async function tried(page) {
  const credulous = await page.context().newPage();
  await credulous.addInitScript(() => {
    HTMLMediaElement.prototype.canPlayType = () => 'maybe';
  });
  credulous.setDefaultTimeout(15_000);
  await credulous.goto(`${origin}/assets/${asset}/clips`);
  await credulous.getByText('This browser cannot show the film').waitFor();
  await credulous.close();
}

async function chosen(page) {
  await page.goto(`${origin}/assets/${asset}/clips`);
  await page.getByText('This browser cannot show the film').waitFor();
  await page.getByText('is in HEVC, which this browser cannot decode').waitFor();
  must((await page.locator('video').count()) === 0, 'there is a film all the same');
  await page.keyboard.press('n');
  await field(page, 0, 'Out').fill('0:02');
  await field(page, 0, 'Out').press('Enter');
  await page.getByText('lasts 00:00:02.000').waitFor();
  await looks(page);
  await page.getByRole('button', { name: 'Make a preview' }).click();
  const video = page.locator('video');
  await video.waitFor({ timeout: PATIENCE });
  await page.waitForFunction(() => document.querySelector('video').videoWidth > 0);
  await page.getByText('This browser cannot show the film').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Make 1 clip' }).click();
  await page.waitForURL(/\/jobs\/[^/]+$/);
}

async function looks(page) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const path = join(folder, `real-clips-undecodable-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      await mustFit(page, `undecodable, ${size}`);
      await mustBeAccessible(page, `undecodable, ${size}, ${colorScheme}`);
    }
  }
  await page.setViewportSize(SIZES.wide);
}
