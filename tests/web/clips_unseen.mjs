/**
 * A film of which nothing was made and nothing is known: times are typed, and a preview is made.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/clips_unseen.mjs ASSET FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';

const [asset, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const PATIENCE = 90_000;

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 360, height: 780 }, locale: 'en-GB' });
  const complained = complaints(page);
  page.setDefaultTimeout(15_000);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/assets/${asset}/clips`);
  await page.getByText('There is nothing to watch yet').waitFor();
  await page.getByText('No clips yet. Add one').waitFor();
  must((await page.locator('video').count()) === 0, 'there is a film');
  await page.screenshot({ path: join(folder, 'real-clips-unseen.png'), fullPage: true });
  await mustFit(page, 'unseen');
  await mustBeAccessible(page, 'unseen');

  await page.keyboard.press('n');
  await type(page, 'In', '1');
  await type(page, 'Out', '1:00');
  // Nobody knows yet how long the film is.
  must((await page.locator('.clip').getByRole('alert').count()) === 0, 'it is wrong already');

  await page.getByRole('button', { name: 'Make a preview' }).click();
  await page.getByText('Being made: unseen').waitFor();
  await page.locator('video').waitFor({ timeout: PATIENCE });
  await page.getByRole('group', { name: 'Timeline' }).waitFor();
  await page.getByText('It ends behind the end of the film, which is 00:00:03.000 long').waitFor();
  await type(page, 'Out', '');
  await page.locator('.clip').getByRole('alert').waitFor({ state: 'hidden' });
  await page.getByText('lasts 00:00:02.000').waitFor();
  must(complained.length === 0, `the page complains: ${complained[0]}`);
} finally {
  await browser.close();
}
console.log('clips unseen: all good');

async function type(page, name, time) {
  const field = page.locator('.clip').getByLabel(name, { exact: true });
  await field.fill(time);
  await field.press('Enter');
}
