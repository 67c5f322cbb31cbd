/**
 * Frames that come at no even pace: each key goes to a real one, and its time is shown.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/uneven.mjs ASSET TIMES
 */
import { complaints, launch, must } from './support/browser.mjs';
import { chosen, field } from './support/clips.mjs';

const [asset, given] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const times = JSON.parse(given);

const browser = await launch();
try {
  const page = await browser.newPage({ locale: 'en-GB' });
  const complained = complaints(page);
  page.setDefaultTimeout(15_000);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/assets/${asset}/clips`);
  await page.locator('video').waitFor();
  await page.waitForFunction(() => document.querySelector('video').readyState >= 2);
  await page.locator('.clips').focus();
  const last = times.length - 1;
  for (let place = 1; place <= last; place += 1) await go(page, '.', place);
  await page.keyboard.press('i');
  for (let place = last - 1; place >= 0; place -= 1) await go(page, ',', place);
  // Faster than the film is shown, and there and back.
  await page.keyboard.press('Shift+ArrowRight');
  for (const key of ['.', '.', ',']) await page.keyboard.press(key);
  await isAt(page, times[11]);
  must((await chosen(page))[0].start === times[last], 'the clip begins elsewhere');
  // What is typed is not pulled to where an even pace would have a frame.
  await field(page, 0, 'In').fill('0.567');
  await field(page, 0, 'In').press('Enter');
  must((await chosen(page))[0].start === 0.567, 'what was typed was changed');
  must(complained.length === 0, `the page complains: ${complained[0]}`);
} finally {
  await browser.close();
}
console.log('uneven: all good');

async function go(page, key, place) {
  await page.keyboard.press(key);
  await isAt(page, times[place]);
}

function isAt(page, seconds) {
  const text = `00:00:0${seconds.toFixed(3)}`;
  return page.locator('.transport__time', { hasText: text }).waitFor();
}
