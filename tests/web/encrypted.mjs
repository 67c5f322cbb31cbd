/**
 * An encrypted stream on its page: it plays; and where a browser decrypts nothing, the page says so.
 *
 *   REELMILL_SIGN_IN=http://…/signin#rm_… node tests/web/encrypted.mjs JOB
 */
import { complaints, launch, must } from './support/browser.mjs';
import { playUntil } from './support/picture.mjs';

const [job] = process.argv.slice(2);
const link = process.env.REELMILL_SIGN_IN;
const FRAMES = 20;

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complained = complaints(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.goto(`${new URL(link).origin}/jobs/${job}`);
  await plays(page);
  must(complained.length === 0, `the page complains: ${complained[0]}`);
  await explains(context, page.url());
} finally {
  await browser.close();
}
console.log('encrypted: all good');

async function plays(page) {
  const video = page.locator('video');
  await video.waitFor();
  await playUntil(video, 2);
  const seen = await video.evaluate((one) => ({
    frames: one.getVideoPlaybackQuality().totalVideoFrames,
    sound: one.webkitAudioDecodedByteCount,
    decrypts: one.mediaKeys !== null,
  }));
  must(seen.decrypts, 'it was not encrypted');
  must(seen.frames > FRAMES, `only ${seen.frames} frames were decoded`);
  must(seen.sound > 0, 'no sound was decoded');
}

/** A page by http:// on any machine but one's own. */
async function explains(context, url) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'requestMediaKeySystemAccess', {
      value: undefined,
    });
  });
  await page.goto(url);
  await page.getByText('This stream is encrypted').waitFor();
}
