/**
 * The settings: a key is made, used and revoked; usage is read.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/settings.mjs FOLDER
 */
import { join } from 'node:path';
import { complaints, launch, must, mustFit } from './support/browser.mjs';

const [folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const base = new URL(link).origin;
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };
const NAME = '<img src=x onerror=alert(1)> & Ana';

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: SIZES.wide, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await overview(page);
  await keys(page);
  await usage(page);
  must(complained.length === 0, `the page complains: ${complained[0]}`);
  await lesser(await browser.newContext({ viewport: SIZES.wide, locale: 'en-GB' }));
} finally {
  await browser.close();
}
console.log('settings: all good');

/** Every page of the settings is one step away. */
async function overview(page) {
  await page.goto(`${base}/settings`);
  await page.getByText('Look, Work, Manage').waitFor();
  await looks(page, 'overview');
}

async function keys(page) {
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('alert').getByText('Give it a name.').waitFor();
  await looks(page, 'keys');

  const secret = await makeKey(page, NAME);
  const asked = () => ask(secret, '{ viewer { keyName scopes } }');
  const first = await asked();
  must(first.status === 200, `the new key is answered ${first.status}`);
  must(first.body.data.viewer.keyName === NAME, 'the key has another name');
  must(first.body.data.viewer.scopes.join() === 'READ', 'the key may more than was asked for');
  await page.getByRole('button', { name: 'Done' }).click();
  must(!(await page.content()).includes(secret), 'the secret is still in the page');

  await page.getByRole('button', { name: `Revoke the key ${NAME}` }).click();
  const question = page.getByRole('dialog', { name: `Revoke the key “${NAME}”?` });
  await question.waitFor();
  await page.screenshot({ path: join(folder, 'settings-revoke.png') });
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
  must((await asked()).status === 200, 'the key ended although nobody said yes');
  await page.getByRole('button', { name: `Revoke the key ${NAME}` }).click();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText(/^Ended keys/).click();
  await page.getByText(/^Revoked /).waitFor();
  must((await asked()).status === 401, 'a revoked key still opens the API');
}

async function makeKey(page, name) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('It ends').selectOption({ label: 'In 7 days' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `The key “${name}” is ready` }).waitFor();
  await looks(page, 'key-made');
  return page.getByLabel('The new key', { exact: true }).inputValue();
}

async function ask(key, query) {
  const answer = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** The figures are those of the API, in words. */
async function usage(page) {
  await page.getByRole('link', { name: 'Usage' }).click();
  const work = page.getByRole('region', { name: 'What was done' });
  await work.getByText(/^1 succeeded, 0 failed, 0 canceled$/).waitFor();
  await work
    .getByText(/\d (sec|min)/)
    .first()
    .waitFor();
  await looks(page, 'usage');
  await work.getByRole('link', { name: 'Last month' }).click();
  await work.getByText('No job ended in this time.').waitFor();
  must(page.url().endsWith('/settings/usage?of=last'), `the address is ${page.url()}`);
  await page.reload();
  await work.getByText('No job ended in this time.').waitFor();
  must((await chosen(work)) === 'Last month', 'the choice does not show');
  await work.getByRole('link', { name: 'All time' }).click();
  await work.getByText(/^1 succeeded/).waitFor();
}

function chosen(work) {
  return work.locator('[aria-current=page]').innerText();
}

/** Who may only look is told so, and nothing fails. */
async function lesser(context) {
  const page = await context.newPage();
  const complained = complaints(page);
  await page.goto(process.env.REELMILL_LESSER);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${base}/settings/keys`);
  await page.getByText('This key may not manage API keys').waitFor();
  must((await page.getByRole('button', { name: 'Make the key' }).count()) === 0, 'it may try');
  await looks(page, 'keys-forbidden');
  must(complained.length === 0, `a lesser page complains: ${complained[0]}`);
}

async function looks(page, name) {
  for (const [size, viewport] of Object.entries(SIZES).toReversed()) {
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const path = join(folder, `settings-${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      await mustFit(page, `${name}, ${size}`);
    }
  }
}
