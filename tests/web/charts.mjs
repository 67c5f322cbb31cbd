/**
 * The VMAF of an output through the film: seen, heard, and read at a point by pointer and by keys.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/charts.mjs JOB CURVE FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';

const [job, curve, folder] = process.argv.slice(2);
const values = JSON.parse(curve);
const link = process.env.REELMILL_SIGN_IN;
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 780 } };
const written = (value) =>
  new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }).format(value);

// Scroll bars take room that screenshots of whole pages do not have.
const browser = await launch('--hide-scrollbars');
try {
  const page = await browser.newPage({ viewport: SIZES.wide, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/jobs/${job}`);
  await page.getByText('Quality report').first().click();
  const drawn = page.getByRole('img', { name: /^VMAF through the film: .*lowest/ });
  await drawn.waitFor();

  await page.getByRole('img', { name: /^Bitrate of the picture.*highest/ }).waitFor();
  await page.getByRole('img', { name: /^Loudness through the film.*loudest/ }).waitFor();

  const slider = page.getByRole('slider', { name: 'VMAF through the film: point in the film' });
  await slider.focus();
  await page.keyboard.press('End');
  const last = values.length - 1;
  const said = await slider.getAttribute('aria-valuetext');
  must(said === `0:0${last}: ${written(values[last])}`, `the last point says ${said}`);
  await page.getByText(said, { exact: true }).waitFor();

  const { x, y, width, height } = await slider.boundingBox();
  await page.mouse.move(x + 1, y + height / 2);
  await page.getByText(`0:00: ${written(values[0])}`, { exact: true }).waitFor();
  await page.mouse.move(x + width - 1, y + height / 2);
  await page.getByText(said, { exact: true }).waitFor();

  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await mustFit(page, `charts ${size}`);
      await mustBeAccessible(page, `charts ${size} ${colorScheme}`);
      await page.screenshot({
        path: join(folder, `charts-${colorScheme}-${size}.png`),
        fullPage: true,
      });
    }
  }
  must(complained.length === 0, `the page complains: ${complained[0]}`);
} finally {
  await browser.close();
}
console.log('charts: all good');
