import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PutFailed, Refused, Unreachable } from './errors';
import { planParts } from './parts';
import { type SignedPart, Signatures } from './signatures';
import { LANES, Transfer, type TransferIO, TRIES } from './transfer';

const PART = 10;
const signed = (number: number): SignedPart => ({
  number,
  url: `https://store.test/${number}`,
  headers: [],
  expiresAt: '2999-01-01T00:00:00Z',
});

/** A store in memory: each part is taken after as many failures as it is given. */
class Store {
  readonly tries: number[] = [];
  readonly failures = new Map<number, Error[]>();
  readonly signatures: number[][] = [];
  readonly waits: number[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  onPut: (number: number) => void = () => undefined;

  readonly io: TransferIO = {
    now: () => 0,
    random: () => 0.5,
    onChange: vi.fn(),
    wait: async (ms, signal) => {
      this.waits.push(ms);
      signal.throwIfAborted();
    },
    put: async (target, range, onLoaded, signal) => {
      this.tries.push(target.number);
      this.atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
      try {
        onLoaded((range.end - range.start) / 2);
        this.onPut(target.number);
        await Promise.resolve();
        signal.throwIfAborted();
        const failure = this.failures.get(target.number)?.shift();
        if (failure) throw failure;
      } finally {
        this.atOnce -= 1;
      }
    },
  };

  transfer(size: number): Transfer {
    const sign = async (numbers: number[]) => {
      this.signatures.push(numbers);
      return numbers.map(signed);
    };
    return new Transfer(planParts(size, PART), new Signatures(sign), this.io);
  }
}

const never = () => new AbortController().signal;
let store: Store;
beforeEach(() => {
  store = new Store();
});

describe('Transfer', () => {
  it('sends every part once, several at a time', async () => {
    const transfer = store.transfer(95);
    await transfer.run(never());
    expect(store.tries.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(store.mostAtOnce).toBe(LANES);
    expect(transfer.loaded).toBe(95);
  });

  it('repeats a part that failed, waiting longer each time', async () => {
    store.failures.set(1, [new PutFailed(500), new PutFailed(0), new PutFailed(503)]);
    await store.transfer(10).run(never());
    expect(store.tries).toEqual([1, 1, 1, 1]);
    expect(store.waits).toEqual([375, 750, 1500]);
  });

  it('takes a new address after a 403, and keeps the old one after other failures', async () => {
    store.failures.set(1, [new PutFailed(500), new PutFailed(403, 'AccessDenied')]);
    await store.transfer(10).run(never());
    expect(store.signatures).toEqual([[1], [1]]);
  });

  it('gives up after so many tries', async () => {
    store.failures.set(
      1,
      Array.from({ length: TRIES + 1 }, () => new PutFailed(500)),
    );
    await expect(store.transfer(10).run(never())).rejects.toBeInstanceOf(PutFailed);
    expect(store.tries).toHaveLength(TRIES);
  });

  it('stops all lanes at a failure that a repetition cannot help', async () => {
    store.failures.set(2, [new PutFailed(404, 'NoSuchUpload')]);
    const transfer = store.transfer(1000);
    await expect(transfer.run(never())).rejects.toMatchObject({ status: 404 });
    expect(store.tries.length).toBeLessThan(2 * LANES + 1);
    expect(store.atOnce).toBe(0);
  });

  it('goes on after a stop with what is missing', async () => {
    const stopper = new AbortController();
    store.onPut = (number) => {
      if (number === 5) stopper.abort();
    };
    const transfer = store.transfer(100);
    await expect(transfer.run(stopper.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const before = new Set(store.tries);
    const stored = transfer.loaded / PART;
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(before.size);

    store.onPut = () => undefined;
    store.tries.length = 0;
    await transfer.run(never());
    expect(store.tries).toHaveLength(10 - stored);
    expect(transfer.loaded).toBe(100);
  });

  it('waits for an API that does not sign, and stops when it refuses', async () => {
    const answers = [new Unreachable('away'), new Refused('UPLOAD_CLOSED', 'closed')];
    const sign = vi.fn(async () => Promise.reject(answers.shift()));
    const transfer = new Transfer(planParts(10, PART), new Signatures(sign), store.io);
    await expect(transfer.run(never())).rejects.toMatchObject({ code: 'UPLOAD_CLOSED' });
    expect(sign).toHaveBeenCalledTimes(2);
    expect(store.tries).toEqual([]);
  });

  it('says that it is in trouble only while nothing gets through', async () => {
    store.failures.set(1, [new PutFailed(0)]);
    const transfer = store.transfer(10);
    const seen: boolean[] = [];
    store.io.onChange = () => seen.push(transfer.troubled);
    await transfer.run(never());
    expect(seen).toContain(true);
    expect(transfer.troubled).toBe(false);
  });

  it('sends again what the store does not hold after all', async () => {
    const transfer = store.transfer(30);
    await transfer.run(never());
    store.tries.length = 0;
    transfer.holds(new Set([1, 3]));
    expect(transfer.loaded).toBe(20);
    await transfer.run(never());
    expect(store.tries).toEqual([2]);
  });

  it('does not send what the store holds from before', async () => {
    const transfer = store.transfer(30);
    transfer.holds(new Set([2]));
    expect(transfer.loaded).toBe(10);
    await transfer.run(never());
    expect(store.tries).toEqual([1, 3]);
    expect(transfer.loaded).toBe(30);
  });
});
