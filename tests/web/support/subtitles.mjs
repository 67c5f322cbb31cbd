/** The list of cues, two windows that share it, and a film that comes late. */
import { must } from './browser.mjs';

export const cues = (page) => page.getByRole('list', { name: 'Cues' }).getByRole('listitem');
export const cue = (page, text) => cues(page).getByRole('button', { name: text });
export const inText = (page) => page.getByRole('textbox', { name: 'Text', exact: true });

/** Two windows of one browser write the same text, and neither takes away what the other has written. */
export async function shared(page) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await cue(other, 'in one').click();
  await cue(page, 'Late by').click();
  await inText(other).fill('from over there');
  await page.getByText('You write in another window').waitFor();
  await cue(page, 'from over there').waitFor();
  must((await inText(page).inputValue()) === 'Late by a second', 'another cue is open');
  await inText(page).fill('from here');
  await cue(other, 'from here').waitFor();
  must((await inText(other).inputValue()) === 'from over there', 'it was lost there');
  // What one saves is saved in both; and a window that has written nothing takes no draft away.
  await inText(page).fill('Late by a second');
  await cue(other, 'Late by').waitFor();
  await inText(other).fill('in one');
  await cue(page, 'in one').waitFor();
  await other.keyboard.press('Control+s');
  await other.getByText('Saved', { exact: true }).waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();
  await cue(page, 'in one').click();
  await inText(page).fill('in one, kept');
  await other.waitForFunction(() =>
    [...document.querySelectorAll('textarea')].some(({ value }) => value === 'in one, kept'),
  );
  await other.close();
  await page.keyboard.press('Control+z');
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** A cue that is clicked before the film is there leads it once it is. */
export async function early(page) {
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  const media = /\/play\/.*\.m3u8/;
  await page.route(media, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await cue(page, 'Two halves').click();
  must(
    await page.evaluate(() => (document.querySelector('video')?.readyState ?? 0) === 0),
    'the film is there already',
  );
  letGo();
  await page.waitForFunction(() => document.querySelector('video')?.currentTime === 5);
  await page.unroute(media);
}
