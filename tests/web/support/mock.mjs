/** The mock server at an address: a script plays scenarios there, and asks what is true. */
export const mockAt = (base) => ({
  play: (scenario) => fetch(`${base}/mock`, { method: 'POST', body: JSON.stringify({ scenario }) }),
  truth: async () => (await fetch(`${base}/mock`)).json(),
});
