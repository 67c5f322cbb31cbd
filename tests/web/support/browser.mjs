/** Chromium for the tests of the web app, and what every test wants to know of a page. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

export function launch(...more) {
  const executablePath = process.env.REELMILL_CHROMIUM ?? '/usr/bin/chromium';
  // Headless comes by our own flag: playwright's would choose another binary.
  return chromium.launch({ executablePath, headless: false, args: [...FLAGS, ...more] });
}

/** Everything a page complains about, breaches of the content security policy among it. */
export function complaints(page) {
  const found = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text());
  });
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}

/** The next such request is carried out, and its answer does not arrive. */
export async function loseAnswer(page, operation) {
  const lose = async (route) => {
    if (!route.request().postData()?.includes(operation)) return route.fallback();
    await route.fetch();
    // Only then: a route that is on its way may not be taken away.
    await route.abort('connectionreset');
    return page.unroute('**/graphql', lose);
  };
  await page.route('**/graphql', lose);
}

export function must(condition, what) {
  if (!condition) throw new Error(what);
}

/** Nothing may stick out to the right: on a narrow screen it would be cut off. */
export async function mustFit(page, what) {
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > limit + 1)
      .filter(
        (one) => !one.closest('.visually-hidden, pre, .progress, .monaco-editor, svg > image'),
      )
      .map((one) => one.outerHTML.slice(0, 120));
  });
  must(wide.length === 0, `${what}: wider than the window: ${wide[0]}`);
}
