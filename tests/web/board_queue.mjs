/**
 * The board with some waiting jobs, against the mock: another order by dragging and by the keyboard,
 * many canceled at once, and one section by the address.
 *
 *   node tests/web/board_queue.mjs MOCK_URL FOLDER
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inaccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { mockAt } from './support/mock.mjs';

const [base, folder] = process.argv.slice(2);
const { play, truth } = mockAt(base);
const list = (page, name) => page.getByRole('list', { name, exact: true });
const titled = (number) => `Recording ${number}.mp4`;
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

/** On the page and at the server the waiting jobs stand in this order. */
async function mustWait(page, numbers) {
  const wanted = numbers.map(titled).join();
  await page.waitForFunction(
    (order) =>
      [...document.querySelectorAll('ul[aria-label=Waiting] li')]
        .toSorted((a, b) => a.ariaPosInSet - b.ariaPosInSet)
        .map((row) => row.querySelector('a').textContent)
        .join() === order,
    wanted,
  );
  for (let tries = 0; (await truth()).queue.join() !== wanted; tries += 1) {
    must(tries < 50, `the server has ${(await truth()).queue}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

async function obeysKeys(page) {
  await mustWait(page, [3, 4, 5, 6, 7, 8]);
  await page.getByRole('button', { name: `Earlier: ${titled(8)}` }).focus();
  await page.keyboard.press('Enter');
  await mustWait(page, [3, 4, 5, 6, 8, 7]);
  const focused = await page.evaluate(() => document.activeElement.ariaLabel);
  must(focused === `Earlier: ${titled(8)}`, `the focus is on ${focused}`);
  await page.keyboard.press('Enter');
  await mustWait(page, [3, 4, 5, 8, 6, 7]);
  await page.getByRole('button', { name: `Later: ${titled(3)}` }).press('Space');
  await mustWait(page, [4, 3, 5, 8, 6, 7]);
}

async function obeysPointer(page) {
  const row = (number) =>
    list(page, 'Waiting')
      .locator('li')
      .filter({ hasText: titled(number) });
  const grip = await row(7).locator('[data-drag]').boundingBox();
  const goal = await row(3).boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + 60, goal.y + 10, { steps: 8 });
  await page
    .locator('li[data-drop=before]')
    .filter({ hasText: titled(3) })
    .waitFor();
  await shot(page, 'board-dragging');
  await page.mouse.up();
  await mustWait(page, [4, 7, 3, 5, 8, 6]);
  // Escape leaves everything where it was.
  const other = await row(6).locator('[data-drag]').boundingBox();
  await page.mouse.move(other.x + other.width / 2, other.y + other.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + 60, goal.y, { steps: 4 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await mustWait(page, [4, 7, 3, 5, 8, 6]);
}

async function choosesARange(page) {
  const box = (n) => page.getByRole('checkbox', { name: `Choose ${titled(n)}` });
  const chosen = (text) =>
    page.getByRole('region', { name: 'Chosen jobs' }).getByText(text).waitFor();
  await mustWait(page, [4, 7, 3, 5, 8, 6]);
  await box(7).click();
  await box(8).click({ modifiers: ['Shift'] });
  await chosen('4 chosen');
  await box(4).focus();
  await page.keyboard.press('Shift+Space');
  await chosen('5 chosen');
  const marked = await page.evaluate(() => getSelection().toString());
  must(marked === '', `words are marked as well: ${marked}`);
  const all = page.getByRole('checkbox', { name: 'Choose all: Waiting' });
  await all.check();
  await chosen('6 chosen');
  await all.uncheck();
}

async function cancelsMany(page) {
  await page.getByRole('checkbox', { name: 'Choose all: Waiting' }).check();
  await page.getByRole('checkbox', { name: `Choose ${titled(4)}` }).uncheck();
  const bar = page.getByRole('region', { name: 'Chosen jobs' });
  await bar.getByText('5 chosen').waitFor();
  await shot(page, 'board-chosen');
  await bar.getByRole('button', { name: 'Cancel 5' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel them' }).click();
  await mustWait(page, [4]);
  await bar.waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: 'Choose all: Done lately' }).check();
  await bar.getByRole('button', { name: 'Try 5 again' }).click();
  await mustWait(page, [4, 9, 10, 11, 12, 13]);
  await bar.waitFor({ state: 'detached' });
}

async function narrows(page) {
  await page.getByRole('button', { name: 'Waiting 6' }).click();
  await list(page, 'Working').waitFor({ state: 'detached' });
  must(page.url() === `${base}/jobs?state=waiting`, `the address is ${page.url()}`);
  await page.reload();
  await mustWait(page, [4, 9, 10, 11, 12, 13]);
  must((await list(page, 'Working').count()) === 0, 'the address is not obeyed');
  await page.getByRole('button', { name: 'All' }).click();
  await list(page, 'Working').waitFor();
}

mkdirSync(folder, { recursive: true });
const browser = await launch('--hide-scrollbars');
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const found = complaints(page);
  await play('queue');
  await page.goto(`${base}/jobs`);
  await obeysKeys(page);
  await obeysPointer(page);
  await choosesARange(page);
  await cancelsMany(page);
  await narrows(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await mustFit(page, 'board at 360');
  const faults = await inaccessible(page, 'board with a queue');
  must(faults.length === 0, faults.join('\n'));
  must(found.length === 0, found[0]);
  console.log('queue: all good');
} finally {
  await play('empty');
  await browser.close();
}
