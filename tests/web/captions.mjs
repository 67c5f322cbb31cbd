/**
 * Subtitles of a film on its page: they are offered by language, read, and shown at their time.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/captions.mjs JOB FOLDER
 */
import { join } from 'node:path';
import { complaints, launch, must } from './support/browser.mjs';
import { playUntil } from './support/picture.mjs';

const [job, folder] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/jobs/${job}`);
  const video = page.locator('video');
  await video.waitFor();
  // The stream has them; the file beside it is not offered a second time.
  await video.evaluate(
    (one) =>
      new Promise((resolve) => {
        if (one.textTracks.length > 0) resolve();
        else one.textTracks.addEventListener('addtrack', resolve, { once: true });
      }),
  );
  const tracks = await video.evaluate((one) =>
    [...one.textTracks].map(({ kind, label, language }) => ({ kind, label, language })),
  );
  must(
    JSON.stringify(tracks) ===
      JSON.stringify([{ kind: 'subtitles', label: 'English (transcript)', language: 'en' }]),
    `the player offers ${JSON.stringify(tracks)}`,
  );
  await video.evaluate((one) => {
    one.muted = true;
    one.textTracks[0].mode = 'showing';
  });
  await playUntil(video, 2);
  const shown = await video.evaluate((one) =>
    [...(one.textTracks[0].activeCues ?? [])].map((cue) => cue.text).join(' '),
  );
  must(/fellow Americans/i.test(shown), `at two seconds it shows: ${shown}`);
  await page.screenshot({ path: join(folder, 'real-captions.png') });
  must(complained.length === 0, `the page complains: ${complained[0]}`);
} finally {
  await browser.close();
}
console.log('captions: all good');
