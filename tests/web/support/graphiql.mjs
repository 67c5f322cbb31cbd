/** Opens GraphiQL and runs the operation of its first tab. */
export async function runFirstExample(page, base) {
  const schema = page.waitForResponse((one) =>
    one.request().postData()?.includes('IntrospectionQuery'),
  );
  await page.goto(`${base}/graphql`);
  await schema;
  // Its button does nothing before both editors are there.
  await page.locator('.view-line', { hasText: 'scanMediaFolder' }).first().waitFor();
  await page.locator('.result-window .monaco-editor').first().waitFor();
  await page.getByRole('button', { name: 'Execute query' }).click();
  await page.getByText('"registered"').waitFor();
}
