import { describe, expect, it } from 'vitest';
import { AccessEnded, FileChanged, PutFailed, Refused, remedy, Unreachable } from './errors';

describe('remedy', () => {
  it.each([
    ['no answer', new PutFailed(0)],
    ['slow down', new PutFailed(503, 'SlowDown')],
    ['too many requests', new PutFailed(429)],
    ['a part that came too slowly', new PutFailed(400, 'RequestTimeout')],
    ['an API that is away', new Unreachable('x')],
  ])('repeats after %s', (_, error) => {
    expect(remedy(error)).toBe('retry');
  });

  it.each([
    ['an expired signature', new PutFailed(403, 'AccessDenied')],
    ['expired credentials', new PutFailed(400, 'ExpiredToken')],
  ])('signs again after %s', (_, error) => {
    expect(remedy(error)).toBe('sign-again');
  });

  it.each([
    ['an upload that is gone', new PutFailed(404, 'NoSuchUpload')],
    ['a bad request', new PutFailed(400, 'InvalidArgument')],
    ['a refusal', new Refused('FORBIDDEN', 'no')],
    ['the end of the sign-in', new AccessEnded('x')],
    ['a changed file', new FileChanged('x')],
    ['a mistake of ours', new TypeError('x')],
  ])('gives up after %s', (_, error) => {
    expect(remedy(error)).toBe('give-up');
  });
});
