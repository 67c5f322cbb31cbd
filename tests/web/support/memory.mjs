/** What a page holds: the memory of the process that shows it, not of its JavaScript alone. */
import { readFileSync } from 'node:fs';
import { setTimeout as pass } from 'node:timers/promises';

const BUSY_MS = 300;
/** Elements that JavaScript held go with the first collection, what they held with the next. */
const COLLECTIONS = 4;
const BETWEEN_MS = 400;

const renderers = async (browser) => {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  return processInfo.filter(({ type }) => type === 'renderer');
};

/** The browser keeps a spare process at hand; the page's is the one that works while the page does. */
export async function processOf(browser, page) {
  const before = new Map((await renderers(browser)).map(({ id, cpuTime }) => [id, cpuTime]));
  await page.evaluate(
    (until) => {
      while (performance.now() < until);
    },
    (await page.evaluate(() => performance.now())) + BUSY_MS,
  );
  const spent = ({ id, cpuTime }) => cpuTime - (before.get(id) ?? 0);
  return (await renderers(browser)).toSorted((one, other) => spent(other) - spent(one))[0].id;
}

/**
 * No record of the network from here on. Playwright asks for one of every page, and Chromium keeps it
 * in the page's own process, up to 100 MB of answers, which nobody has without developer tools.
 * Playwright has no setting for it.
 */
export async function recordNoNetwork(page) {
  const { delegate } = page._connection.toImpl(page);
  await delegate._mainFrameSession._client.send('Network.disable');
}

const mb = (kilobytes) => Math.round(kilobytes / 102.4) / 10;
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

function kilobytesIn(path, ...names) {
  const text = readFileSync(path, 'utf8');
  return names.map((name) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
    if (!found) throw new Error(`${path} has no ${name}`);
    return Number(found[1]);
  });
}

/**
 * Megabytes of a page after garbage collections. `footprint` is what Chromium's task manager calls
 * so: memory of the process alone that no file backs, and what of it was swapped out (RssAnon and
 * VmSwap on Linux). PSS and RSS count the program's own file too, which all processes share.
 */
export async function memoryOf(page, pid) {
  const cdp = await page.context().newCDPSession(page);
  for (let time = 0; time < COLLECTIONS; time += 1) {
    await cdp.send('HeapProfiler.collectGarbage');
    await pass(BETWEEN_MS);
  }
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  await cdp.detach();
  const metric = (name) => metrics.find((one) => one.name === name).value;
  const [anonymous, swapped] = kilobytesIn(`/proc/${pid}/status`, 'RssAnon', 'VmSwap');
  const [pss, rss] = kilobytesIn(`/proc/${pid}/smaps_rollup`, 'Pss', 'Rss');
  return {
    footprint: mb(anonymous + swapped),
    pss: mb(pss),
    rss: mb(rss),
    heap: mb(metric('JSHeapUsedSize') / 1024),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
  };
}

/** What it grows by in a minute, fitted to all looks: `[minutes, megabytes]` each. */
export function slopeOf(looks) {
  const x = mean(looks.map(([at]) => at));
  const y = mean(looks.map(([, size]) => size));
  const over = looks.reduce((sum, [at, size]) => sum + (at - x) * (size - y), 0);
  return over / looks.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}
