/**
 * A film is shared from its page; somebody without a key watches it; the link is revoked.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/share.mjs ASSET FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { compare, pictureOf, playUntil } from './support/picture.mjs';

const [asset, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: SIZES.wide, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/assets/${asset}`);
  await report(page);
  const address = await share(page);
  await looks(page, 'asset');
  must(complained.length === 0, `the page complains: ${complained[0]}`);

  const stranger = await browser.newContext({ viewport: SIZES.wide, locale: 'en-GB' });
  const visit = await stranger.newPage();
  const grumbled = complaints(visit);
  await watch(visit, address);
  await looks(visit, 'shared');
  must((await stranger.cookies()).length === 0, 'the stranger has a cookie');
  must(grumbled.length === 0, `the shared page complains: ${grumbled[0]}`);

  await page.getByRole('button', { name: /^Revoke the link/ }).click();
  await page.getByText('Revoked').waitFor();
  await visit.reload();
  await visit.getByText('This link has ended').waitFor();
  await visit.goto(`${address}x`);
  await visit.getByText('There is no such film').waitFor();
} finally {
  await browser.close();
}
console.log('share: all good');

/** What was measured is there when one asks for it. */
async function report(page) {
  const made = page.getByRole('region', { name: 'What was made' });
  const stream = made.getByRole('listitem').filter({ hasText: 'HLS stream' });
  await stream.getByText('Quality report').click();
  await stream.getByText('decodes from end to end').waitFor();
  await stream.getByText(/^\d+(\.\d)?; lowest \d/).waitFor();
  await stream.getByText(/LUFS, from .* LUFS; asked for/).waitFor();
  const facts = page.getByRole('region', { name: 'Technical facts' });
  await facts.getByText('Streams of the file').click();
  await facts.getByText(/^h264 .*1280 × 720.*frames/).waitFor();
  const copied = stream.getByLabel('Link for a player: HLS stream', { exact: true });
  must(/\/play\/.*\.m3u8$/.test(await copied.inputValue()), 'there is no link to copy');
}

async function share(page) {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this film' });
  await dialog.getByLabel('The link works for').selectOption({ label: '1 day' });
  await page.screenshot({ path: join(folder, 'real-share-dialog.png') });
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const address = await dialog.getByLabel('Address of the film', { exact: true }).inputValue();
  await page.getByText(/^Works until/).waitFor();
  await page.screenshot({ path: join(folder, 'real-share-made.png') });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return address;
}

/** In a profile that has never seen this server. */
async function watch(page, address) {
  await page.goto(address);
  const video = page.locator('video');
  await video.waitFor();
  await playUntil(video, 0.4);
  const before = await pictureOf(video);
  await playUntil(video, 2);
  const { moved } = compare(before, await pictureOf(video));
  must(moved > 100, `only ${moved} points of the picture moved`);
  must((await page.getByRole('link').count()) === 0, 'there is more than the player');
}

async function looks(page, name) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const path = join(folder, `real-${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      await mustFit(page, `${name}, ${size}`);
      await mustBeAccessible(page, `${name}, ${size}`);
    }
  }
}
