/**
 * The settings: a key is made, used and revoked; a preset is copied, changed by form and by YAML,
 * saved, used and deleted; usage is read.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/settings.mjs FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';

const [folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const base = new URL(link).origin;
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };
const TITLE = 'Small <b onclick=alert(1)>one</b>';
const NAME = '<img src=x onerror=alert(1)> & Ana';

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: SIZES.wide, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await overview(page);
  await keys(page);
  await presets(page);
  await storage(page);
  await usage(page);
  // What the test itself kept from arriving is not meant.
  const meant = complained.filter((one) => !/ERR_FAILED/.test(one));
  must(meant.length === 0, `the page complains: ${meant[0]}`);
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

/** What is typed in the form stands in the YAML and the other way round. */
async function presets(page) {
  await page.getByRole('link', { name: 'Presets' }).click();
  await page.getByRole('link', { name: 'Make a copy of Web streaming', exact: true }).click();
  const yaml = page.getByRole('textbox', { name: 'The same as YAML' });
  await page.getByLabel('Name', { exact: true }).fill('small');
  await page.getByLabel('Title', { exact: true }).fill(TITLE);
  await page.getByLabel('Description').fill(TITLE);
  must((await yaml.inputValue()) === 'ladder: {}\nposter: {}\n', await yaml.inputValue());

  await page.getByRole('group', { name: 'Adaptive streaming' }).getByLabel('Sizes').fill('144');
  await page.getByLabel('Effort').selectOption('DRAFT');
  await page.getByLabel('One MP4').check();
  const written = await yaml.inputValue();
  must(/rungs:\n\s+- height: 144\n/.test(written), `the YAML says ${written}`);
  must(written.includes('tier: DRAFT') && written.includes('mp4: {}'), `it says ${written}`);

  await yaml.fill('# mine\ntier: DRAFT\nladder:\n  crf: 99\n  rungs:\n    - height: 144\n');
  await page.getByText('ladder.crf must be 63 or less').waitFor();
  const quality = page.getByLabel('Quality (CRF)');
  must((await quality.inputValue()) === '99', 'the form does not follow the YAML');
  must((await quality.getAttribute('aria-invalid')) === 'true', 'the field does not say so');
  must(await page.getByRole('button', { name: 'Save' }).isDisabled(), 'a wrong one can be saved');
  await looks(page, 'preset-wrong');
  await page.getByRole('button', { name: 'Line 4' }).click();
  const marked = () =>
    yaml.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  must((await marked()) === '  crf: 99', `it leads to ${await marked()}`);
  await quality.fill('30');
  must((await yaml.inputValue()).startsWith('# mine\n'), 'the comment is gone');
  await page.getByText('It can be saved.').waitFor();

  await refused(page, yaml);
  await saved(page);
}

/** Some things only the server knows; it is shown where they are. */
async function refused(page, yaml) {
  const good = await yaml.inputValue();
  await yaml.fill(good.replace('height: 144', 'height: 144\n      bitrate: 90000'));
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('alert')
    .getByText(/an average bitrate stands alone/)
    .waitFor();
  await page.getByRole('list', { name: 'What is wrong' }).getByText('ladder').first().waitFor();
  must((await page.getByText('ladder: an average').count()) === 0, 'the place is said twice');
  await looks(page, 'preset-refused');
  await yaml.fill(good);
}

async function saved(page) {
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`${TITLE} is saved as version 1.`).first().waitFor();
  await page.waitForURL('**/settings/presets/edit?name=small');
  await page.reload();
  await page.getByLabel('Quality (CRF)').waitFor();
  must((await page.getByLabel('Quality (CRF)').inputValue()) === '30', 'it was not kept');
  await page.getByLabel('Pictures on the seek bar').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`${TITLE} is saved as version 2.`).first().waitFor();
  await looks(page, 'preset');
  await page.getByRole('link', { name: 'All presets' }).click();
  await page.getByText('version 2', { exact: true }).waitFor();
  await looks(page, 'presets');
  await chooserHas(page, 1);
  await page.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('None yet.').waitFor();
  await chooserHas(page, 0);
}

async function chooserHas(page, count) {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const chooser = page.getByRole('group', { name: 'What to make of it' });
  await chooser.getByText('Web streaming', { exact: true }).waitFor();
  const found = await chooser.getByText(TITLE).first().count();
  must(found === count, `the chooser has ${found} of it`);
  await page.keyboard.press('Escape');
}

/** Seen from the server and from this browser; the test's store is in order. */
async function storage(page) {
  await page.getByRole('link', { name: 'Storage check' }).click();
  const list = page.getByRole('list', { name: 'What was checked' });
  await list.getByText('This browser: store, bucket 2').waitFor();
  const rows = await list.getByRole('listitem').allInnerTexts();
  const bad = rows.filter((row) => row.startsWith('Does not work'));
  must(rows.length >= 12 && bad.length === 0, `of ${rows.length}: ${bad.join('; ')}`);
  must(
    rows.some((row) => /pages may read it/.test(row)),
    'the browser has not looked',
  );
  await looks(page, 'storage');

  // A store that is out of reach for this browser alone.
  await page.route(/list-type=2/, (route) => route.abort());
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('Something does not work.').first().waitFor();
  must((await list.getByRole('listitem').first().innerText()).startsWith('Does not work'), 'order');
  await looks(page, 'storage-bad');
  await page.unroute(/list-type=2/);
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
      await page.evaluate(() => scrollTo(0, 0));
      const path = join(folder, `settings-${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      await mustFit(page, `${name}, ${size}`);
      await mustBeAccessible(page, `${name}, ${size}, ${colorScheme}`);
    }
  }
}
