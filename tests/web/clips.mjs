/**
 * Clips of a film: chosen by keys and by dragging, named, kept over a reload, looked at, started.
 * Prints the job and what it should have made.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/clips.mjs ASSET FOLDER
 */
import { join } from 'node:path';
import { mustBeAccessible } from './support/axe.mjs';
import { complaints, launch, must, mustFit } from './support/browser.mjs';
import { chosen, field, loseStart, sharedClips } from './support/clips.mjs';

const [asset, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };
const PATIENCE = 90_000;
/** Frames that a key goes on with Shift. */
const STRIDE = 10;
const TITLE = '<b>One</b> & "two" <img src=x onerror=alert(1)>';

const browser = await launch();
let made;
try {
  const context = await browser.newContext({ viewport: SIZES.wide, locale: 'en-GB' });
  const page = await context.newPage();
  const complained = complaints(page);
  page.setDefaultTimeout(15_000);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/assets/${asset}`);
  await page.getByRole('link', { name: 'Cut clips' }).click();
  await page.getByRole('heading', { name: 'Clips of cuts', exact: true }).waitFor();
  const steps = [
    pictures,
    keys,
    dragged,
    titled,
    removed,
    kept,
    sharedClips,
    backwards,
    outside,
    refused,
    previewed,
    looks,
  ];
  for (const step of steps) {
    await step(page);
    must(complained.length === 0, `${step.name}: the page complains: ${complained[0]}`);
  }
  made = { clips: await chosen(page), job: await started(page) };
  const lost = complained.splice(0).filter((one) => !one.includes('ERR_CONNECTION_RESET'));
  must(lost.length === 0, `start: the page complains: ${lost[0]}`);
} finally {
  await browser.close();
}
console.log('clips: all good');
console.log(JSON.stringify(made));

/** One job makes both, and they appear by themselves. */
async function pictures(page) {
  await page.screenshot({ path: join(folder, 'real-clips-plain.png') });
  await page.getByRole('button', { name: 'Make pictures and waveform' }).click();
  await page.locator('.timeline__strip image').first().waitFor({ timeout: PATIENCE });
  await page.locator('.timeline__wave path[d^="M"]').waitFor();
  await page
    .getByRole('button', { name: 'Make pictures and waveform' })
    .waitFor({ state: 'hidden' });
  const drawn = await page.locator('.timeline__strip').screenshot();
  must(drawn.length > 5000, `the filmstrip has ${drawn.length} bytes`);
}

function isAt(page, time) {
  return page.locator('.transport__time', { hasText: time }).waitFor();
}

async function press(page, key, times = 1) {
  for (let left = times; left > 0; left -= 1) await page.keyboard.press(key);
}

async function mustBe(page, place, start, end) {
  const found = [
    await field(page, place, 'In').inputValue(),
    await field(page, place, 'Out').inputValue(),
  ];
  must(found.join() === [start, end].join(), `clip ${place + 1} is ${found}`);
}

async function keys(page) {
  await page.waitForFunction(() => document.querySelector('video').readyState >= 2);
  await page.locator('.clips').focus();
  await press(page, 'Shift+ArrowRight', 5);
  await isAt(page, '00:00:02.000');
  await page.keyboard.press('i');
  await press(page, 'Shift+ArrowRight', 3);
  await page.keyboard.press('.');
  await isAt(page, '00:00:03.240');
  await page.keyboard.press(',');
  await page.keyboard.press('o');
  await mustBe(page, 0, '00:00:02.000', '00:00:03.200');
  await page.getByText('Out at 00:00:03.200').waitFor({ state: 'attached' });
  await press(page, 'Shift+ArrowRight', 4);
  await page.keyboard.press('n');
  await press(page, 'Shift+ArrowRight', 50 / STRIDE);
  await page.keyboard.press('o');
  await mustBe(page, 1, '00:00:04.800', '00:00:06.800');
  // The film shows what the clock says: the middle of frame 170.
  const shown = await page.locator('video').evaluate((video) => video.currentTime);
  must(Math.abs(shown - 6.82) < 0.001, `the film is at ${shown}`);
}

/** A handle is where it was dragged to, and on a frame. */
async function near(handle, seconds) {
  const now = Number(await handle.getAttribute('aria-valuenow'));
  must(Math.abs(now - seconds) < 0.1, `it was dragged to ${now}`);
  const frames = now * 25;
  must(Math.abs(frames - Math.round(frames)) < 1e-6, `${now} is between two frames`);
}

async function dragged(page) {
  await page.keyboard.press('End');
  await page.getByRole('button', { name: /^New clip/ }).click();
  await mustBe(page, 2, '00:00:07.000', '00:00:12.000');
  const track = await page.locator('.timeline__track').boundingBox();
  const pull = async (name, seconds) => {
    const handle = page.getByRole('slider', { name });
    const { x, y, width, height } = await handle.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + (track.width * seconds) / 12, y + height / 2, { steps: 4 });
    await page.mouse.up();
    return handle;
  };
  const start = await pull('In point of Clip 3', 8);
  const end = await pull('Out point of Clip 3', 10);
  await near(start, 8);
  await near(end, 10);
  // Handles are led by keys, too.
  const before = Number(await end.getAttribute('aria-valuenow'));
  await end.focus();
  await page.keyboard.press('ArrowRight');
  const after = Number(await end.getAttribute('aria-valuenow'));
  must(Math.abs(after - before - 0.04) < 1e-6, `a step led from ${before} to ${after}`);
  must(/^00:00:10\.\d{3}$/.test(await end.getAttribute('aria-valuetext')), 'no time is said');
}

/** What is HTML in a title stays text. */
async function titled(page) {
  await field(page, 0, 'Title').fill(TITLE);
  const band = page.locator('.timeline__clip').first();
  must((await band.textContent()) === TITLE, `the timeline says ${await band.textContent()}`);
  must((await page.locator('.clips b, .clips img').count()) === 0, 'a title became HTML');
  await field(page, 2, 'How it is cut').selectOption({ label: 'Smart' });
  await page.getByText(/Only a second or two at each end is encoded again/).waitFor();
}

async function removed(page) {
  await page.locator('.timeline__clip').nth(1).click();
  await page.keyboard.press('Delete');
  must((await page.locator('.clip').count()) === 2, 'it was not removed');
  await page.keyboard.press('Control+z');
  await mustBe(page, 1, '00:00:04.800', '00:00:06.800');
  await page.getByRole('button', { name: 'Throw all away' }).click();
  must((await page.locator('.clip').count()) === 0, 'clips are left');
  await page.getByRole('button', { name: /^Undo removal/ }).click();
  await mustBe(page, 0, '00:00:02.000', '00:00:03.200');
}

async function kept(page) {
  const before = await chosen(page);
  await page.reload();
  await page.locator('.clip').nth(2).waitFor();
  const after = await chosen(page);
  must(JSON.stringify(before) === JSON.stringify(after), `a reload kept ${JSON.stringify(after)}`);
}

async function wrong(one) {
  return (await one.getAttribute('aria-invalid')) === 'true';
}

/** Of two times that do not go together the one that was written last is wrong, and says what to do. */
async function backwards(page) {
  const [start, out] = [field(page, 0, 'In'), field(page, 0, 'Out')];
  const before = [await start.inputValue(), await out.inputValue()];
  await out.fill('1.5');
  await out.press('Enter');
  await page.getByText('Write a time after 00:00:02.000').waitFor();
  must((await wrong(out)) && !(await wrong(start)), 'another field than Out is wrong');
  await out.fill(before[1]);
  await start.fill('4');
  await start.press('Enter');
  await page.getByText('Write a time before 00:00:03.200').waitFor();
  must((await wrong(start)) && !(await wrong(out)), 'another field than In is wrong');
  await start.fill(before[0]);
  await start.press('Enter');
  await mustBe(page, 0, ...before);
}

async function outside(page) {
  const out = field(page, 0, 'Out');
  await out.fill('soon');
  await out.press('Enter');
  await page.getByText('Write a time such as').waitFor();
  await out.fill('0:59');
  await out.press('Enter');
  await page.getByText('It ends behind the end of the film, which is 00:00:12.000 long').waitFor();
  await page.screenshot({ path: join(folder, 'real-clips-outside.png') });
  await page.getByRole('button', { name: 'Make 3 clips' }).click();
  await page.getByText('Some clips cannot be made as they are').waitFor();
  must(new URL(page.url()).pathname.endsWith('/clips'), 'it was started all the same');
  await out.fill('80f');
  await out.press('Enter');
  await mustBe(page, 0, '00:00:02.000', '00:00:03.200');
}

/** What only the server knows stands at its clip. */
async function refused(page) {
  const title = field(page, 1, 'Title');
  await title.fill('with a\ttab');
  await page.getByRole('button', { name: 'Make 3 clips' }).click();
  await page.locator('.clip').nth(1).getByRole('alert').waitFor();
  must((await page.locator('.clip').nth(0).getByRole('alert').count()) === 0, 'at another clip');
  await title.fill('Second');
  await page.locator('.clip').nth(1).getByRole('alert').waitFor({ state: 'hidden' });
}

async function previewed(page) {
  const video = page.locator('video');
  await page.waitForFunction(() => document.querySelector('video').readyState >= 2);
  await page.locator('.timeline__clip').nth(0).click();
  await page.keyboard.press('p');
  await page.getByRole('button', { name: /^Pause/ }).waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  // The last frame of the clip.
  await isAt(page, '00:00:03.160');
  await page.getByRole('button', { name: 'Loop' }).click();
  const turns = video.evaluate(
    (one) =>
      new Promise((resolve) => {
        let last = one.currentTime;
        let count = 0;
        one.addEventListener('timeupdate', () => {
          if (one.currentTime < last - 0.5) count += 1;
          last = one.currentTime;
          if (count === 2) resolve(count);
        });
      }),
  );
  await page.getByRole('button', { name: 'Play Clip 1: <b>One' }).click();
  await turns;
  await page.locator('.clips').focus();
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
}

async function looks(page) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const path = join(folder, `real-clips-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      await mustFit(page, `clips, ${size}`);
      await mustBeAccessible(page, `clips, ${size}, ${colorScheme}`);
    }
  }
  await page.setViewportSize(SIZES.wide);
  await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 3 });
  await page.getByRole('slider', { name: 'Part of the film that is shown' }).waitFor();
  await page.screenshot({ path: join(folder, 'real-clips-zoomed.png') });
}

async function started(page) {
  await page.getByLabel('Name of the job').fill('Best of <i>');
  // Nobody knows of the job that is made here. It is asked for again, and no second one is made.
  await loseStart(page);
  await page.reload();
  await page.getByRole('button', { name: 'Make 3 clips' }).click();
  await page.waitForURL(/\/jobs\/[^/]+$/);
  await page.getByRole('heading', { name: 'Best of <i>' }).waitFor();
  const job = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
  // What is started is no draft any more.
  await page.goto(`${new URL(link).origin}/assets/${asset}/clips`);
  await page.getByText('No clips yet').waitFor();
  return job;
}
