/** What axe-core finds against WCAG 2.2 AA and its own good practice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, root } from './browser.mjs';

const AXE = readFileSync(join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8');

const violations = async (exclude) => {
  // It runs one analysis at a time, and a page that has just changed may still move. What waits for
  // an answer moves for ever.
  const moving = document
    .getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime < Infinity);
  await Promise.all(moving.map((one) => one.finished.catch(() => null)));
  const { violations: found } = await window.axe.run(exclude.length > 0 ? { exclude } : document, {
    resultTypes: ['violations'],
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`,
    ),
  );
};

/** A line for each; none is as it should be. `without`: parts of the page, by selectors. */
export async function inaccessible(page, what, without = []) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return (await page.evaluate(violations, without)).map((one) => `${what}: ${one}`);
}

export async function mustBeAccessible(page, what) {
  const found = await inaccessible(page, what);
  must(found.length === 0, `against accessibility:\n${found.join('\n')}`);
}
