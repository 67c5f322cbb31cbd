/** The menus of the player. */

/** Opens a menu of the bar and answers its choices. */
export async function openMenu(page, label) {
  await page.getByRole('button', { name: new RegExp(`^${label}: `) }).click();
  const menu = page.getByRole('menu');
  await menu.waitFor();
  return menu.getByRole('menuitemradio');
}

export async function choose(page, label, text) {
  await openMenu(page, label);
  await page.getByRole('menuitemradio', { name: text, exact: true }).click();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
}

/** Answers the height that was chosen. */
export async function chooseLowest(page) {
  const choices = await openMenu(page, 'Quality');
  const texts = await choices.allTextContents();
  const heights = texts.filter((text) => /^\d+p$/.test(text)).map((text) => parseInt(text, 10));
  const lowest = Math.min(...heights);
  await choices.filter({ hasText: new RegExp(`^${lowest}p$`) }).click();
  return lowest;
}

/** Waits until the picture that is shown has this height. */
export const heightIs = (page, height) =>
  page.waitForFunction((wanted) => document.querySelector('video').videoHeight === wanted, height, {
    timeout: 15_000,
  });
