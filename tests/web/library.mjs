/**
 * The library with 100,000 assets, against the mock: scrolls without a long task, is narrowed and
 * sorted by the address, and obeys the keyboard alone.
 *
 *   node tests/web/library.mjs MOCK_URL FOLDER
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { mockAt } from './support/mock.mjs';
import { mainThread } from './support/tasks.mjs';

const [base, folder] = process.argv.slice(2);
const LONGEST_MS = 50;
const SCROLLS = 150;
const STEP_PX = 400;

const { play } = mockAt(base);
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });
const pieces = (page) => page.getByRole('main').getByRole('list', { name: 'Library' });
const titled = (page, title) => pieces(page).getByRole('link', { name: title, exact: true });

async function scrolls(browser, page) {
  await page.goto(base);
  await titled(page, 'Interview 0').waitFor();
  await page.mouse.move(640, 500);
  const tasks = await mainThread(browser, page, async () => {
    for (let step = 0; step < SCROLLS; step += 1) {
      await page.mouse.wheel(0, STEP_PX);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await page.waitForFunction(() => document.querySelector('main li .skeleton') === null);
  });
  const seen = await page.evaluate(() => ({
    items: document.querySelectorAll('main li').length,
    deepest: Math.max(...[...document.querySelectorAll('main li')].map((one) => one.ariaPosInSet)),
  }));
  must(seen.deepest > 1000, `after scrolling it is at ${seen.deepest}`);
  must(seen.items < 100, `${seen.items} items are in the page`);
  const worst = Math.max(...tasks);
  console.log(`scrolled to ${seen.deepest}: the longest of ${tasks.length} tasks took ${worst} ms`);
  must(worst <= LONGEST_MS, `a task of ${worst} ms while scrolling`);
  await shot(page, 'library-scrolled');
}

async function comesBack(page) {
  const link = pieces(page).getByRole('link').nth(20);
  await link.scrollIntoViewIfNeeded();
  const there = await page.evaluate(() => scrollY);
  const title = await link.textContent();
  await link.click();
  await page.getByRole('heading', { name: title }).waitFor();
  await page.goBack();
  await titled(page, title).waitFor();
  const back = await page.evaluate(() => scrollY);
  must(Math.abs(back - there) < 400, `it was at ${there}, and comes back to ${back}`);
}

async function narrows(page) {
  await page.goto(base);
  await titled(page, 'Interview 0').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('drone flight 33');
  await titled(page, 'Drone flight 33').waitFor();
  await titled(page, 'Interview 0').waitFor({ state: 'detached' });
  must(page.url().includes('text=drone+flight+33'), `the address is ${page.url()}`);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByLabel('Video codec').selectOption('av1');
  await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
  must((await page.getByRole('searchbox').inputValue()) === 'drone flight 33', 'the text is lost');
  await page.getByRole('searchbox').fill('no such thing');
  await page.getByText('Nothing fits').waitFor();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await titled(page, 'Interview 0').waitFor();
  must(page.url() === `${base}/`, `the address is ${page.url()}`);
}

async function obeysKeys(page) {
  await titled(page, 'Interview 0').focus();
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('ArrowRight');
  must((await focused()) === 'Harbour at dawn 1', `right leads to ${await focused()}`);
  await page.keyboard.press('ArrowDown');
  must((await focused()) === 'Harbour at dawn 6', `down leads to ${await focused()}`);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+Space');
  const checked = () => pieces(page).getByRole('checkbox', { checked: true }).count();
  must((await checked()) === 3, `${await checked()} are chosen`);
  await shot(page, 'library-chosen');
  await page.keyboard.press('Escape');
  must((await checked()) === 0, 'Escape chooses nothing');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Drone flight 8' }).waitFor();
  await page.goBack();
}

/** What is chosen is started, refused with a reason, and deleted. */
async function actsOnMany(page) {
  await titled(page, 'Lecture 2').waitFor();
  await titled(page, 'Interview 0').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  const bar = page.getByRole('region', { name: 'Chosen assets' });
  await bar.getByText('2 chosen').waitFor();
  await bar.getByRole('button', { name: 'Tag' }).click();
  const question = page.getByRole('dialog');
  await question.getByLabel(/^Tags to add/).fill('one, two');
  await question.getByRole('button', { name: 'Add the tags' }).click();
  await bar.getByText('Not done for 2: An asset has room for 50 tags.').waitFor();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await question.getByText('Delete 2 chosen?').waitFor();
  await shot(page, 'library-delete');
  await question.getByRole('button', { name: 'Delete' }).click();
  await titled(page, 'Interview 0').waitFor({ state: 'detached' });
  await bar.waitFor({ state: 'detached' });
  await titled(page, 'Lecture 2').focus();
  await page.keyboard.press('Space');
  await bar.getByRole('button', { name: 'Make something of them' }).click();
  await question.getByLabel('What to make of it').selectOption('mp4');
  await question.getByRole('button', { name: 'Start' }).click();
  await bar.waitFor({ state: 'detached' });
}

async function lists(page) {
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await page.getByText('1920 × 1080').first().waitFor();
  must(page.url() === `${base}/?view=list`, `the address is ${page.url()}`);
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  for (const scheme of ['light', 'dark']) {
    const context = await browser.newContext({
      colorScheme: scheme,
      viewport: { width: 1280, height: 800 },
    });
    const page = await context.newPage();
    const found = complaints(page);
    await play('large');
    if (scheme === 'light') {
      await scrolls(browser, page);
      await comesBack(page);
      await narrows(page);
      await obeysKeys(page);
      await actsOnMany(page);
    } else await page.goto(base);
    await lists(page);
    for (const [size, width] of [
      ['wide', 1280],
      ['narrow', 360],
    ]) {
      await page.setViewportSize({ width, height: 800 });
      for (const view of ['?view=list', '?kind=VIDEO']) {
        await page.goto(`${base}/${view}`);
        await titled(page, 'Lecture 2').waitFor();
        await mustFit(page, `library ${view} ${size}`);
        await mustBeAccessible(page, `library ${view} ${size}`);
        await shot(page, `library-${view.slice(1, 5)}-${scheme}-${size}`);
      }
    }
    must(found.length === 0, `the browser complains: ${found[0]}`);
    await context.close();
  }
  console.log('library: all good');
} finally {
  await browser.close();
}
