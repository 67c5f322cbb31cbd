/**
 * Subtitles are corrected beside the film: text, times, a split, undo, a draft that survives a
 * reload, a warning before they are lost, two who save at once, answers that are lost, 2,000 cues,
 * and after a save what the player shows, also to whom the film is shared with.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/subtitles.mjs JOB SHARED FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { cue, cues, early, inText, shared, unanswered } from './support/subtitles.mjs';
import { mainThread } from './support/tasks.mjs';

const [job, shareLink, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 780 };
/** A page that does not answer for longer feels slow. */
const LONGEST_MS = 50;
const TYPED = 'Fish <b>& <img src=x></b> <i>chips</i>';

/** What the player's text track has, once it has as many cues. */
const track = (page, label, count) =>
  page
    .waitForFunction(
      ([wanted, many]) => {
        const all = [...document.querySelector('video').textTracks];
        const found = all.filter((one) => one.label === wanted && one.cues?.length === many);
        return found.length > 0 && [...found[0].cues].map((one) => one.text);
      },
      [label, count],
    )
    .then((found) => found.jsonValue());

/** What the page of the job reads from the store. */
async function storedTrack(page) {
  const stored = page.locator('track[src*="/saved/en/"]');
  await stored.waitFor({ state: 'attached' });
  return stored.evaluate(
    (one) =>
      new Promise((resolve, reject) => {
        one.addEventListener('load', () => resolve([...one.track.cues].map(({ text }) => text)));
        one.addEventListener('error', () => reject(new Error('the saved text does not load')));
        one.track.mode = 'hidden';
      }),
  );
}

/** The corrected text is offered, and that of the stream in the same language is not. */
async function offered(page) {
  await page.waitForFunction(() => document.querySelector('video').readyState > 0);
  await page.getByRole('button', { name: /^Subtitles: / }).click();
  const all = await page.getByRole('menuitemradio').allTextContents();
  must(all.toSorted().join() === 'English,German,Off', `the player offers ${all}`);
  await page.keyboard.press('Escape');
}

const focused = (page) => page.evaluate(() => document.activeElement.value);

async function open(page) {
  await page.getByRole('link', { name: 'Edit subtitles' }).click();
  await page.getByRole('heading', { name: /^Subtitles of / }).waitFor();
  await cue(page, 'Fsh').waitFor();
}

/** A click opens a cue and leads the film there; what is typed shows in the film at once. */
async function correct(page) {
  await cue(page, 'Late by').click();
  await page.waitForFunction(() => document.querySelector('video').currentTime === 3);
  must((await focused(page)) === 'Late by a second', 'the text has no focus');
  await cue(page, 'Fsh').click();
  await inText(page).fill(TYPED);
  await page.getByText('Not saved yet').waitFor();
  const [shown] = await track(page, 'English, as on this page', 3);
  must(shown === 'Fish <b>&amp; &lt;img src=x></b> <i>chips</i>', `the film shows ${shown}`);
  must((await page.locator('.subtitles img').count()) === 0, 'a text became HTML');
}

/** Typed, nudged, and wrong on purpose: a warning keeps nobody from going on. */
async function move(page) {
  await cue(page, 'Late by').click();
  const start = page.getByRole('textbox', { name: 'Start', exact: true });
  await start.fill('0:01,9');
  await start.press('Enter');
  await page.getByText('It begins before the one above has ended').waitFor();
  await start.fill('2.5');
  await start.press('Enter');
  must((await start.inputValue()) === '00:00:02.500', `it begins at ${await start.inputValue()}`);
  await page.getByText('It begins before the one above has ended').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'End: 0.1 s later' }).click();
}

/** By keys alone: into the list, to the last cue, its text, a split, and back. */
async function splitByKeys(page) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.value === 'Two halves in one');
  await page.keyboard.press('Home');
  for (let letter = 0; letter < 'Two halves '.length; letter += 1)
    await page.keyboard.press('ArrowRight');
  await page.evaluate(() => {
    document.querySelector('video').currentTime = 6;
  });
  await page.waitForFunction(() => document.querySelector('video').currentTime === 6);
  await page.keyboard.press('Alt+Enter');
  await page.waitForFunction(() => document.activeElement.value === 'in one');
  must((await cues(page).count()) === 4, 'the cue is not split');
  await page.getByRole('button', { name: 'Insert below' }).click();
  await page.waitForFunction(() => document.activeElement.value === '');
  await page.getByText('There is no text').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('4 cues', { exact: true }).waitFor();
}

/** What was written is there after a reload, and is not left behind by mistake. */
async function keep(page) {
  const asked = page.waitForEvent('dialog');
  const reloaded = page.reload();
  await (await asked).accept();
  await reloaded;
  await page.getByText('Your unsaved changes from').waitFor();
  await cue(page, 'in one').waitFor();
  await page.getByRole('link', { name: 'Back to the job' }).click();
  await page.getByRole('dialog').getByText('Leave without saving?').waitFor();
  await page.getByRole('button', { name: 'Stay here' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function save(page) {
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.reload();
  await cue(page, TYPED).waitFor();
  must((await cues(page).count()) === 4, 'after a reload there are not four cues');
  must(!(await page.getByText('Your unsaved changes').isVisible()), 'there is still a draft');
}

/** Somebody else, with a browser of their own, saves meanwhile: nothing is taken away without a question. */
async function meet(page) {
  const stranger = await browser.newContext({ viewport: WIDE, locale: 'en-GB' });
  const other = await stranger.newPage();
  await other.goto(link);
  await other.getByRole('heading', { name: 'Library' }).waitFor();
  await other.goto(page.url());
  await cue(other, 'in one').click();
  await inText(other).fill('in two');
  await other.keyboard.press('Control+s');
  await other.getByText('Saved', { exact: true }).waitFor();
  await stranger.close();
  await cue(page, 'in one').click();
  await inText(page).fill('in one!');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Somebody else has saved').waitFor();
  await page.getByRole('button', { name: 'Keep writing' }).click();
  await page.getByText('Not saved yet').waitFor();
  await inText(page).fill('in one');
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: 'Save mine instead' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** 2,000 cues: few of them are in the page, and no step takes long. */
async function long(page) {
  await page.getByLabel('Language').selectOption('German');
  await page.getByText('2,000 cues').waitFor();
  const tasks = await mainThread(browser, page, async () => {
    await cue(page, 'Satz 1').first().focus();
    for (const key of ['End', 'PageUp', 'Home', 'PageDown', 'PageDown', 'Enter'])
      await page.keyboard.press(key);
    await page.waitForFunction(() => document.activeElement.value === 'Satz 21');
    await page.keyboard.type(' wird lang');
  });
  const many = await cues(page).count();
  must(many < 60, `${many} cues are in the page`);
  const longest = tasks.at(-1);
  console.log(`2,000 cues: the longest of ${tasks.length} tasks took ${longest} ms`);
  must(longest <= LONGEST_MS, `a task of ${longest} ms`);
  await page.keyboard.press('Control+z');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByLabel('Language').selectOption('English');
  await cue(page, 'in one').waitFor();
}

/** Left without saving, it is there when one comes back, and is thrown away when one wants that. */
async function leave(page) {
  await cue(page, 'in one').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.waitForFunction(() => document.activeElement.value === 'Two halves');
  await page.getByRole('link', { name: 'Back to the job' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('link', { name: 'Edit subtitles' }).click();
  await page.getByText('3 cues', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Throw them away' }).click();
  await page.getByText('4 cues', { exact: true }).waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();
}

async function look(page) {
  await cue(page, 'Late by').click();
  for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await mustFit(page, `subtitles ${size}`);
      await mustBeAccessible(page, `subtitles ${size} ${colorScheme}`);
      const path = join(folder, `subtitles-${colorScheme}-${size}.png`);
      await page.screenshot({ path, fullPage: size === 'narrow' });
    }
  }
  await page.setViewportSize(WIDE);
}

// Scroll bars take room that screenshots of whole pages do not have.
const browser = await launch('--hide-scrollbars');
try {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB' });
  const page = await context.newPage();
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/jobs/${job}`);
  try {
    await open(page);
    await correct(page);
    await move(page);
    await splitByKeys(page);
    await keep(page);
    await save(page);
    await look(page);
    await meet(page);
    await unanswered(page, complained);
    await shared(page);
    await early(page);
    await long(page);
    await leave(page);
    await page.getByRole('link', { name: 'Back to the job' }).click();
    for (const place of [page.url(), shareLink]) {
      await page.goto(place);
      const shown = await storedTrack(page);
      must(shown[2] === 'Two halves' && shown[3] === 'in one', `${place} shows ${shown}`);
      await offered(page);
    }
  } catch (error) {
    await page.screenshot({ path: join(folder, 'failed-subtitles.png') });
    throw error;
  }
  must(complained.length === 0, `the page complains: ${complained[0]}`);
} finally {
  await browser.close();
}
console.log('subtitles: all good');
