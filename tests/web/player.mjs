/**
 * The player on the page of a job: quality, subtitles, sound, speed, pictures of the seek bar, keys,
 * full screen; light and dark, wide and narrow.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/player.mjs JOB FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { playUntil } from './support/picture.mjs';
import { choose, chooseLowest, heightIs, openMenu } from './support/player.mjs';

const [job, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const NARROW = { width: 360, height: 780 };
const WIDE = { width: 1280, height: 900 };

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: WIDE, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/jobs/${job}`);
  const video = page.locator('video');
  await video.waitFor();
  await page.getByRole('button', { name: /^Quality: / }).waitFor();
  for (const step of [preview, quality, subtitles, sound, speed, keys, full, looks]) {
    await step(page, video);
    must(complained.length === 0, `${step.name}: the page complains: ${complained[0]}`);
  }
} finally {
  await browser.close();
}
console.log('player: all good');

/** Where the pointer is on the seek bar, the film is shown as it is there. */
async function preview(page) {
  const bar = page.getByRole('slider', { name: 'Position' });
  const { width, height } = await bar.boundingBox();
  const seen = [];
  for (const share of [0.25, 0.75]) {
    // Where it stands then: what loads above it moves it.
    await bar.hover({ position: { x: width * share, y: height / 2 } });
    const picture = page.locator('.seek__picture');
    await picture.waitFor();
    await page.getByText(share === 0.25 ? '0:05' : '0:15', { exact: true }).waitFor();
    await picture.evaluate((one) => {
      const image = new Image();
      image.src = one.style.backgroundImage.slice(5, -2);
      return image.decode();
    });
    seen.push(await picture.screenshot());
  }
  // One colour alone would be some hundred bytes.
  must(seen[0].length > 3000, `the preview has ${seen[0].length} bytes`);
  must(!seen[0].equals(seen[1]), 'the preview is the same everywhere');
  await page.screenshot({ path: join(folder, 'real-player-preview.png') });
  await page.mouse.move(5, 5);
  await page.locator('.seek__picture').waitFor({ state: 'hidden' });
}

async function quality(page, video) {
  await playUntil(video, 1);
  must((await chooseLowest(page)) === 144, 'the lowest is another');
  await heightIs(page, 144);
  await choose(page, 'Quality', '360p');
  await heightIs(page, 360);
  await page.getByRole('button', { name: 'Quality: 360p' }).waitFor();
}

async function subtitles(page, video) {
  await choose(page, 'Subtitles', 'English');
  const shown = () =>
    video.evaluate((one) =>
      [...one.textTracks]
        .filter((track) => track.kind === 'subtitles' && track.mode === 'showing')
        .flatMap((track) => [...(track.activeCues ?? [])].map((cue) => cue.text)),
    );
  await page.waitForFunction(() =>
    [...document.querySelector('video').textTracks].some(
      (track) => track.mode === 'showing' && track.activeCues?.length > 0,
    ),
  );
  must(/smile/.test((await shown()).join(' ')), `it shows ${await shown()}`);
  await page.screenshot({ path: join(folder, 'real-player-subtitles.png') });
  await choose(page, 'Subtitles', 'Off');
  must((await shown()).length === 0, 'the subtitles stay');
}

async function sound(page, video) {
  const texts = await (await openMenu(page, 'Sound')).allTextContents();
  await page.keyboard.press('Escape');
  must(texts.length === 2, `the sounds are ${texts}`);
  await choose(page, 'Sound', texts[1]);
  await page.getByRole('button', { name: `Sound: ${texts[1]}` }).waitFor();
  await playUntil(video, 2);
}

async function speed(page, video) {
  await choose(page, 'Speed', '1.5×');
  await page.getByRole('button', { name: 'Speed: 1.5×' }).waitFor();
  must((await video.evaluate((one) => one.playbackRate)) === 1.5, 'the speed is another');
}

async function keys(page, video) {
  await page.getByRole('slider', { name: 'Position' }).focus();
  await page.keyboard.press('k');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.keyboard.press('Home');
  await page.getByText('0:00 / 0:20').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('l');
  await page.getByText('0:15 / 0:20').waitFor();
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Unmute' }).waitFor();
  must(await video.evaluate((one) => one.muted), 'it is not muted');
}

async function full(page) {
  await page.getByRole('button', { name: 'Full screen', exact: true }).click();
  await page.getByRole('button', { name: 'Leave full screen' }).waitFor();
  must(await page.evaluate(() => document.fullscreenElement !== null), 'it is not full screen');
  const choices = await openMenu(page, 'Quality');
  must(await choices.first().isVisible(), 'the menu is not in the full screen');
  await page.screenshot({ path: join(folder, 'real-player-full.png') });
  // A choice, and not Escape: that would end the full screen, too. Keys are the menu's until it is gone.
  await choices.first().click();
  await choices.first().waitFor({ state: 'hidden' });
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Full screen', exact: true }).waitFor();
}

async function looks(page) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(folder, `real-player-${width}-${colorScheme}.png`) });
      await mustFit(page, `player, ${width}`);
      await mustBeAccessible(page, `player, ${width}`);
    }
  }
}
