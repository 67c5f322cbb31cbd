export const graphiql = {
  title: 'GraphiQL',
  hintTitle: 'You are not signed in.',
  hint: 'Operations will be refused.',
  signIn: 'Sign in',
  app: 'Back to the app',
};
