import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { comesBack, Nurse } from './nurse';

let waited = true;
vi.mock('../app/reach', () => ({ reached: () => Promise.resolve(waited) }));
vi.mock('../app/backoff', () => ({ backoff: () => 0, wait: () => Promise.resolve() }));

const settle = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve);
  });

function nursed() {
  const tell = vi.fn();
  const loadAgain = vi.fn();
  return { tell, loadAgain, nurse: new Nurse(tell, loadAgain) };
}

describe('Nurse', () => {
  beforeEach(() => {
    waited = true;
  });
  afterEach(() => vi.clearAllMocks());

  it('loads again when the server is back, once for all that was missing', async () => {
    const { nurse, tell, loadAgain } = nursed();
    void nurse.missed(false);
    void nurse.missed(true);
    await settle();
    expect(loadAgain).toHaveBeenCalledTimes(1);
    nurse.arrived();
    expect(tell.mock.calls).toEqual([[true], [false]]);
  });

  it('leaves a single miss to the library while the server answers', async () => {
    waited = false;
    const { nurse, loadAgain } = nursed();
    await nurse.missed(false);
    expect(loadAgain).not.toHaveBeenCalled();
    await nurse.missed(true);
    expect(loadAgain).toHaveBeenCalledTimes(1);
  });

  it('says what is wrong where a second try fails although the server answers', async () => {
    waited = false;
    const { nurse, loadAgain } = nursed();
    const otherwise = vi.fn();
    await nurse.whereAway(otherwise);
    expect([loadAgain.mock.calls.length, otherwise.mock.calls.length]).toEqual([1, 0]);
    await nurse.whereAway(otherwise);
    expect([loadAgain.mock.calls.length, otherwise.mock.calls.length]).toEqual([1, 1]);
  });

  it('does nothing once the film is gone', async () => {
    const { nurse, loadAgain } = nursed();
    const missing = nurse.missed(true);
    nurse.end();
    await missing;
    expect(loadAgain).not.toHaveBeenCalled();
  });
});

describe('comesBack', () => {
  it('tells silence and passing trouble from links that have run out', () => {
    expect([0, 500, 503, 403, 404, 410].filter(comesBack)).toEqual([0, 500, 503]);
  });
});
