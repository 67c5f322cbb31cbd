/** What can go wrong on the way of a part, by what helps against it. */

/** The server said no, in words for the user. Trying the same again does not help. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The sign-in is no longer accepted. The transfer can go on after a new one. */
export class AccessEnded extends Error {}

/** The API did not answer, or not in a way that we understand. */
export class Unreachable extends Error {}

/** The file on the user's disk changed or disappeared since it was chosen. */
export class FileChanged extends Error {}

/** The store did not take a part. `status` is 0 when there was no answer at all. */
export class PutFailed extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code?: string) {
    super(`the store answered ${status} ${code ?? ''}`);
    this.status = status;
    this.code = code;
  }
}

export type Remedy = 'retry' | 'sign-again' | 'give-up';

const PASSING = new Set([0, 408, 425, 429]);

export function remedy(error: unknown): Remedy {
  if (error instanceof Unreachable) return 'retry';
  if (!(error instanceof PutFailed)) return 'give-up';
  // S3 answers an expired signature with 403, and expired session credentials with 400.
  if (error.status === 403 || error.code === 'ExpiredToken') return 'sign-again';
  if (error.code === 'RequestTimeout') return 'retry';
  return PASSING.has(error.status) || error.status >= 500 ? 'retry' : 'give-up';
}
