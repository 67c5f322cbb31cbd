/** Sends the parts of one file, several at once, each with its own tries. */
import { backoff } from '../app/backoff';
import { remedy } from './errors';
import type { PartRange } from './parts';
import type { SignedPart, Signatures } from './signatures';

export const LANES = 4;
/** With the waits between them, a store may be away for an hour. Offline, nobody counts. */
export const TRIES = 120;

/** How many of the next parts may be signed along with one. */
const AHEAD = 15;

/** Everything that touches the world, so that the logic is tried without it. */
export interface TransferIO {
  put: (
    target: SignedPart,
    range: PartRange,
    onLoaded: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
  random: () => number;
  /** Called often: bytes moved, or a part began or ended to have trouble. */
  onChange: () => void;
}

export class Transfer {
  readonly #plan: PartRange[];
  readonly #signatures: Signatures;
  readonly #io: TransferIO;
  #waiting: PartRange[];
  #done = new Set<number>();
  #doneBytes = 0;
  #moving = new Map<number, number>();
  #troubled = new Set<number>();

  constructor(plan: PartRange[], signatures: Signatures, io: TransferIO) {
    this.#plan = plan;
    this.#signatures = signatures;
    this.#io = io;
    this.#waiting = [...plan];
  }

  /** Bytes that the store has, and those on their way. */
  get loaded(): number {
    return [...this.#moving.values()].reduce((sum, bytes) => sum + bytes, this.#doneBytes);
  }

  /** Whether parts are being repeated right now and none gets through. */
  get troubled(): boolean {
    return this.#troubled.size > 0 && this.#troubled.size >= this.#moving.size;
  }

  /**
   * Resolves when every part is stored. When the signal fires, or a part cannot be sent, all lanes
   * stop and it rejects with the reason; calling it again goes on with what is missing.
   */
  async run(signal: AbortSignal): Promise<void> {
    const failure = new AbortController();
    const both = AbortSignal.any([signal, failure.signal]);
    const lane = async () => {
      for (let part = this.#waiting.shift(); part; part = this.#waiting.shift()) {
        await this.#deliver(part, both);
      }
    };
    const lanes = Array.from({ length: LANES }, () =>
      lane().catch((error: unknown) => {
        failure.abort(error);
      }),
    );
    await Promise.all(lanes);
    signal.throwIfAborted();
    failure.signal.throwIfAborted();
  }

  /** Takes the word of the store, which may have parts of an earlier visit, or have lost some. */
  holds(stored: ReadonlySet<number>): void {
    this.#done = new Set(stored);
    this.#waiting = this.#plan.filter((part) => !this.#done.has(part.number));
    this.#doneBytes = this.#plan
      .filter((part) => this.#done.has(part.number))
      .reduce((sum, part) => sum + part.end - part.start, 0);
  }

  async #deliver(part: PartRange, signal: AbortSignal): Promise<void> {
    try {
      for (let attempt = 0; !(await this.#try(part, attempt, signal)); attempt += 1) {
        await this.#io.wait(backoff(attempt, this.#io.random), signal);
      }
      this.#done.add(part.number);
      this.#doneBytes += part.end - part.start;
    } catch (error) {
      this.#waiting.unshift(part);
      throw error;
    } finally {
      this.#moving.delete(part.number);
      this.#troubled.delete(part.number);
      this.#io.onChange();
    }
  }

  /** One try: true when the part is stored, false when another try makes sense. */
  async #try(part: PartRange, attempt: number, signal: AbortSignal): Promise<boolean> {
    const loaded = (bytes: number) => {
      this.#moving.set(part.number, bytes);
      this.#io.onChange();
    };
    try {
      signal.throwIfAborted();
      this.#moving.set(part.number, 0);
      const next = this.#waiting.slice(0, AHEAD).map((one) => one.number);
      const target = await this.#signatures.get(part.number, next, this.#io.now());
      signal.throwIfAborted();
      await this.#io.put(target, part, loaded, signal);
      return true;
    } catch (error) {
      const help = remedy(error);
      if (signal.aborted || help === 'give-up' || attempt + 1 >= TRIES) throw error;
      if (help === 'sign-again') this.#signatures.drop(part.number);
      this.#troubled.add(part.number);
      loaded(0);
      return false;
    }
  }
}
