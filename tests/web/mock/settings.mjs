/** What the pages of the settings read. */
export const SETTINGS = {
  viewer: { keyId: 'mock', keyName: 'mock', scopes: ['READ', 'WRITE', 'ADMIN'] },
  usage: {
    assets: 100_000,
    outputs: 1_204,
    sourceBytes: 3e12,
    outputBytes: 9e11,
    jobs: 1_310,
    succeeded: 1_204,
    failed: 96,
    canceled: 10,
    mediaSeconds: 4_321_000,
    computeSeconds: 2_100_000,
  },
};
