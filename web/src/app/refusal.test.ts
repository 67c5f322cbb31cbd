import { CombinedError } from '@urql/core';
import { describe, expect, it } from 'vitest';
import { messages } from '../messages';
import { refusalOf } from './refusal';

const unanswered = new CombinedError({ networkError: new Error('cut') });
const limited = new CombinedError({ graphQLErrors: [{ message: 'Too many requests' }] });

describe('refusalOf', () => {
  it('has the words of the server', () => {
    expect(refusalOf(undefined, [{ message: 'No such job' }])).toBe('No such job');
    expect(refusalOf(limited, undefined)).toBe('Too many requests');
  });

  it('tells an answer from none', () => {
    expect(refusalOf(unanswered, undefined)).toBe(messages.page.noAnswer);
    expect(refusalOf(undefined, [])).toBeNull();
  });
});
