/** The list of cues, two windows that share it, and a film that comes late. */
import { loseAnswer, must } from './browser.mjs';

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

/** The API stores the open text and its answer does not arrive: that is no save of somebody else. */
export async function unanswered(page, complained) {
  await loseSave(page, 'in one, lost');
  await save(page);
  // More was typed meanwhile.
  await loseSave(page, 'in one, lost again');
  await inText(page).fill('in one, and more');
  await save(page);
  must((await page.getByRole('dialog').count()) === 0, 'it is taken for what another has saved');
  // Or the page is not there any more.
  await loseSave(page, 'in one');
  const asked = page.waitForEvent('dialog');
  const reloaded = page.reload();
  await (await asked).accept();
  await reloaded;
  await cue(page, 'in one').waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();
  must(!(await page.getByText('Your unsaved changes').isVisible()), 'what is saved is a draft');
  const lost = complained.splice(0);
  must(lost.length === 3 && lost.every((one) => one.includes('ERR_CONNECTION_RESET')), lost.join());
}

async function save(page) {
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).waitFor();
}

async function loseSave(page, text) {
  await loseAnswer(page, 'mutation SaveSubtitles');
  await inText(page).fill(text);
  await page.keyboard.press('Control+s');
  await page.getByText('They could not be saved').waitFor();
}
