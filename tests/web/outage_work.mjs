/**
 * Somebody works while the API is killed: what was typed stays and is saved when it is back, and a
 * page that was opened meanwhile fills by itself.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/outage_work.mjs TITLE FOLDER ARTIFACTS
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { launch, must, mustFit } from './support/browser.mjs';
import { AWAY, Server } from './support/server.mjs';

const [title, folder, artifacts] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const server = new Server(folder);
const PATIENCE = 40_000;
const NAME = 'Typed <b>before</b> the outage';

const away = (page) => page.getByText(AWAY).first().waitFor({ timeout: PATIENCE });
const back = (page) => page.getByText(AWAY).first().waitFor({ state: 'hidden', timeout: PATIENCE });

async function aFormIsKept(page) {
  await page.goto(`${new URL(link).origin}/settings/keys`);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill(NAME);
  await server.kill();
  const make = page.getByRole('button', { name: 'Make the key' });
  await make.click();
  const said = page.getByRole('alert').filter({ hasText: /\S/ }).first();
  await said.waitFor();
  await away(page);
  await mustFit(page, 'a form while the server is away');
  await mustBeAccessible(page, 'a form while the server is away');
  await page.screenshot({ path: join(artifacts, 'outage-form.png') });
  must((await name.inputValue()) === NAME, 'what was typed is lost');
  await server.start();
  await back(page);
  server.mustBeWhole('the form');
  must((await name.inputValue()) === NAME, 'what was typed is lost by the return');
  await make.click();
  await page.getByRole('heading', { name: `The key “${NAME}” is ready` }).waitFor();
}

async function aPageFillsByItself(page) {
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  const film = page.getByRole('link', { name: title, exact: true });
  await film.waitFor();
  await server.kill();
  await film.click();
  await away(page);
  await mustFit(page, 'a page opened while the server is away');
  await page.screenshot({ path: join(artifacts, 'outage-opened.png') });
  await server.start();
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: PATIENCE });
  await page.locator('video').waitFor({ timeout: PATIENCE });
  server.mustBeWhole('the page that was opened');
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
try {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await aFormIsKept(page);
  await aPageFillsByItself(page);
  console.log('work: all good');
} catch (error) {
  await page.screenshot({ path: join(artifacts, 'failed-outage-work.png') });
  throw error;
} finally {
  await browser.close();
}
