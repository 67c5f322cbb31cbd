/**
 * The main path without a pointer: sign in, upload, watch the job, play, sign out. Nothing but
 * keys, and the system's own dialog for files.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/keyboard.mjs VIDEO TITLE FOLDER
 */
import { join } from 'node:path';
import { complaints, launch, must } from './support/browser.mjs';

const [film, title, folder] = process.argv.slice(2);
const [address, key] = process.env.REELMILL_SIGN_IN.split('#');
const base = new URL(address).origin;
const PATIENCE = 120_000;
/** More stops than any page has before what is looked for. */
const STOPS = 80;

/** A link that covers its card has the outline around all of it. Runs in the page. */
const isOutlined = (element) => {
  const card = element.closest('li');
  return [element, ...(card ? [card, ...card.querySelectorAll('*')] : [])].some(
    (one) => getComputedStyle(one).outlineStyle !== 'none',
  );
};

/** Goes there by Tab, as far as it takes, and must be able to see where it is. */
async function tabTo(page, target, what) {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    if (!(await target.evaluate((element) => element === document.activeElement))) continue;
    const seen = await target.evaluate(isOutlined);
    must(seen, `${what}: nothing shows where the focus is`);
    return;
  }
  throw new Error(`${what} was not reached by ${STOPS} times Tab`);
}

async function press(page, target, what, name = 'Enter') {
  await target.waitFor();
  await tabTo(page, target, what);
  await page.keyboard.press(name);
}

async function signIn(page) {
  await page.goto(base);
  await tabTo(page, page.getByLabel('API key'), 'the field for the key');
  await page.keyboard.type(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
}

async function upload(page) {
  await press(page, page.getByRole('button', { name: 'Upload', exact: true }), 'Upload');
  const drawer = page.getByRole('dialog', { name: 'Upload' });
  const asked = page.waitForEvent('filechooser');
  await press(page, drawer.getByRole('button', { name: 'Choose files' }), 'Choose files');
  await (await asked).setFiles(film);
  await drawer.getByRole('link', { name: 'Show the job' }).waitFor({ timeout: PATIENCE });
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
}

async function watch(page) {
  const main = page.getByRole('main');
  const tile = main.getByRole('listitem').filter({ hasText: title });
  await tile.getByText('Ready').waitFor({ timeout: PATIENCE });
  await press(page, tile.getByRole('link'), 'the film');
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  const play = page.getByRole('button', { name: 'Play', exact: true });
  await press(page, play, 'Play');
  await page.waitForFunction(() => document.querySelector('video').currentTime > 0.3);
  await page.keyboard.press('m');
  must(await page.locator('video').evaluate((video) => video.muted), 'm does not mute');
}

async function signOut(page) {
  await press(page, page.getByRole('button', { name: 'Sign out' }), 'Sign out');
  await page.getByLabel('API key').waitFor();
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const found = complaints(page);
try {
  await signIn(page);
  await upload(page);
  await watch(page);
  await page.screenshot({ path: join(folder, 'real-keyboard.png') });
  await signOut(page);
  const bad = found.filter((text) => !text.includes('401'));
  must(bad.length === 0, `the browser complains: ${bad[0]}`);
  console.log('keyboard: all good');
} catch (error) {
  await page.screenshot({ path: join(folder, 'broken-keyboard.png') });
  throw error;
} finally {
  await browser.close();
}
