export const storage = {
  intro:
    'Looks at the database and at the store where files lie, from the server and from this browser. It writes small files below reelmill-doctor/ and removes them again.',
  forbiddenTitle: 'This key may not check the storage',
  failedTitle: 'The check could not be made',
  looking: 'Looking…',
  again: 'Check again',
  list: 'What was checked',
  verdict: {
    OK: 'All is well.',
    WARNING: 'It works; something could be better.',
    FAILURE: 'Something does not work.',
  },
  states: { OK: 'Good', WARNING: 'Could be better', FAILURE: 'Does not work' },
  browser: (number: number) => `This browser: store, bucket ${number}`,
  reached: (host: string) => `${host} answers, and pages may read it`,
  refused: (host: string, status: number) => `${host} answers with status ${status}`,
  refusedHint: 'If the clocks are right, a proxy before the store may change what was signed.',
  unreached: (host: string) => `${host} is not reached, or does not let pages read its answers`,
  unreachedHint:
    'Set REELMILL_S3_PUBLIC_ENDPOINT to an address that browsers reach, and put what “reelmill doctor --print cors” shows on the bucket.',
};
