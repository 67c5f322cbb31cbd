export const library = {
  title: 'Library',
  loading: 'Loading the library…',
  emptyTitle: 'Your library is empty',
  emptyHint: 'Drop a video here. You can watch it become a stream, and play it.',
  failedTitle: 'The library could not be read',
  failedHint: 'The server did not answer as expected.',
  tryAgain: 'Try again',
  status: {
    REGISTERED: 'Not looked at yet',
    READY: 'Original only',
    UNREADABLE: 'Unreadable',
    MISSING: 'File is missing',
    DELETING: 'Being deleted',
  },
};
