export const nav = {
  skip: 'Skip to content',
  home: 'Reelmill, to the library',
  main: 'Main',
  library: 'Library',
  jobs: 'Jobs',
  settings: 'Settings',
  graphiql: 'GraphiQL',
  signOut: 'Sign out',
  signedInAs: (project: string, key: string) => `Project ${project}, signed in with key ${key}`,
  signOutWhileBusy:
    'Files are still being uploaded. Sign out? They stop, and go on when you sign in here again and choose them once more.',
  signOutFailed: 'The server does not answer, so you are still signed in. Try again in a moment.',
};

export const start = {
  checking: 'Opening Reelmill…',
  unreachable: 'The server does not answer',
  unreachableHint: 'It may be starting. This page goes on as soon as it is there.',
};

export const signIn = {
  title: 'Sign in to Reelmill',
  intro: 'Open the sign-in link that was printed when Reelmill started, or paste an API key.',
  key: 'API key',
  keyHint: 'It begins with rm_',
  submit: 'Sign in',
  submitting: 'Signing in…',
  empty: 'Paste an API key first.',
  refused:
    'This key is not valid: it may be incomplete, revoked or expired. Check it, or ask for a new one.',
  unreachable: 'The server does not answer. Check that Reelmill is running and try again.',
};

export const access = {
  ended: 'You have been signed out',
  hint: 'Everything on this page stays as it is. Sign in again to go on, here or in another tab.',
  restored: 'Signed in again.',
};

export const connection = {
  lost: (time: string) =>
    `No connection to the server since ${time}. Nothing is lost, and the page goes on by itself when the server is back.`,
};

/** A page while it is not there, or is not there at all. */
export const page = {
  /** Stands behind a colon. */
  noAnswer: 'the server does not answer',
  titled: (title: string) => `${title} · Reelmill`,
  loading: 'Loading the page…',
  failedTitle: 'This page could not be shown',
  failedHint: 'Load it once more. What you uploaded and started goes on meanwhile.',
  reload: 'Load again',
  missingTitle: 'There is no such page',
  missingHint: 'The address may be incomplete. Everything you have is in the library.',
  toLibrary: 'To the library',
};
