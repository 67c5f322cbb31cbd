/** The list of clips in the editor, and two windows that share it. */
import { loseAnswer, must } from './browser.mjs';

export function field(page, place, name) {
  return page.locator('.clip').nth(place).getByLabel(name, { exact: true });
}

function secondsOf(text) {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

export async function chosen(page) {
  const rows = await page
    .locator('.clip')
    .evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('input')].map((one) => one.value)),
    );
  return rows.map(([start, end, title]) => ({
    start: secondsOf(start),
    end: secondsOf(end),
    title,
  }));
}

/** Two windows show the same clips, and neither writes over what the other has done. */
export async function sharedClips(page) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator('.clip').nth(2).waitFor();
  const before = await chosen(page);
  await field(other, 2, 'Title').fill('From over there');
  await page.getByText('were changed in another window').waitFor();
  must((await field(page, 2, 'Title').inputValue()) === 'From over there', 'it is not here');
  await field(page, 1, 'Title').fill('From here');
  await other.getByText('were changed in another window').waitFor();
  must((await field(other, 2, 'Title').inputValue()) === 'From over there', 'it was lost');
  await other.getByRole('button', { name: 'Throw all away' }).click();
  await page.getByText('No clips yet').waitFor();
  await page.getByRole('button', { name: /^Undo removal/ }).click();
  await other.locator('.clip').nth(2).waitFor();
  await other.close();
  for (const place of [1, 2]) await field(page, place, 'Title').fill('');
  const after = await chosen(page);
  must(JSON.stringify(before) === JSON.stringify(after), `there are ${JSON.stringify(after)}`);
}

/** The job is made, and its answer does not arrive. */
export async function loseStart(page) {
  await loseAnswer(page, 'mutation StartJob');
  await page.getByRole('button', { name: 'Make 3 clips' }).click();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
}
