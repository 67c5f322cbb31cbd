/** One file from its start to its completion. It can be stopped at any point and run again. */
import { backoff } from '../app/backoff';
import { AccessEnded, FileChanged, PutFailed, Refused, Unreachable } from './errors';
import type { StartedUpload, UploadApi } from './operations';
import { planParts } from './parts';
import { putPart } from './put';
import type { UploadItem } from './queue';
import { Rate } from './rate';
import { Signatures } from './signatures';
import { Transfer, type TransferIO, TRIES } from './transfer';

/** Why a file is not being sent, for messages.ts. */
export type Trouble =
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'access' | 'unreachable' | 'store' | 'changed' | 'empty' | 'folder' | 'unexpected' };

export type End =
  { how: 'done'; jobId: string | null } | { how: 'stopped' } | { how: 'failed'; trouble: Trouble };

export interface TaskIO {
  put: typeof putPart;
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  now: () => number;
  random: () => number;
  idempotencyKey: () => string;
}

/** So often at most does a row change while bytes move. */
const REPORT_MS = 200;
const PARTS_MISSING = 'PARTS_MISSING';

export class UploadTask {
  readonly #file: File;
  readonly #preset: string;
  readonly #api: UploadApi;
  readonly #io: TaskIO;
  readonly #changed: (patch: Partial<UploadItem>) => void;
  #key: string;
  #rate = new Rate();
  #reported = -Infinity;
  #started: StartedUpload | undefined;
  #transfer: Transfer | undefined;
  #stopper = new AbortController();
  #running: Promise<End> | undefined;

  constructor(
    file: File,
    preset: string,
    api: UploadApi,
    io: TaskIO,
    changed: (patch: Partial<UploadItem>) => void,
  ) {
    this.#file = file;
    this.#preset = preset;
    this.#api = api;
    this.#io = io;
    this.#changed = changed;
    // One key for all tries: an answer that got lost does not make a second upload.
    this.#key = io.idempotencyKey();
  }

  stop(): void {
    this.#stopper.abort();
  }

  run(): Promise<End> {
    const before = this.#running;
    // Now, not after `before`: a stop that comes in between is meant for this run.
    this.#stopper = new AbortController();
    const { signal } = this.#stopper;
    this.#running = (async () => {
      await before;
      this.#rate.reset();
      return this.#outcome(signal);
    })();
    return this.#running;
  }

  /** Tells the server to throw away what it has. Answers what went wrong, if anything did. */
  async abort(): Promise<Trouble | null> {
    await this.#running;
    const id = this.#started?.id;
    if (!id) return null;
    try {
      await this.#patiently(() => this.#api.abort(id), new AbortController().signal);
      return null;
    } catch (error) {
      // Refused means that it is closed already, which is what was wanted.
      return error instanceof Refused ? null : troubleOf(error);
    }
  }

  async #outcome(signal: AbortSignal): Promise<End> {
    try {
      return { how: 'done', jobId: await this.#send(signal) };
    } catch (error) {
      if (signal.aborted) return { how: 'stopped' };
      if (isLost(error)) this.#startOver();
      return { how: 'failed', trouble: troubleOf(error) };
    }
  }

  /** The next run makes a new upload. */
  #startOver(): void {
    this.#started = undefined;
    this.#transfer = undefined;
    this.#key = this.#io.idempotencyKey();
  }

  async #send(signal: AbortSignal): Promise<string | null> {
    const started = (this.#started ??= await this.#patiently(
      () => this.#api.start(this.#file, this.#preset, this.#key),
      signal,
    ));
    const transfer = (this.#transfer ??= this.#prepare(started));
    await transfer.run(signal);
    this.#changed({ state: 'finishing', loaded: this.#file.size, secondsLeft: null });
    try {
      return await this.#patiently(() => this.#api.complete(started.id), signal);
    } catch (error) {
      if (!(error instanceof Refused && error.code === PARTS_MISSING)) throw error;
      transfer.keepOnly(await this.#patiently(() => this.#api.storedParts(started.id), signal));
      await transfer.run(signal);
      return this.#patiently(() => this.#api.complete(started.id), signal);
    }
  }

  #prepare(started: StartedUpload): Transfer {
    const sign = (numbers: number[]) => this.#api.sign(started.id, numbers);
    const io: TransferIO = {
      put: (target, range, onLoaded, signal) =>
        this.#io.put(this.#file, target, range, onLoaded, signal),
      wait: this.#io.wait,
      now: this.#io.now,
      random: this.#io.random,
      onChange: () => this.#report(),
    };
    const plan = planParts(this.#file.size, started.partSize);
    return new Transfer(plan, new Signatures(sign, started.parts), io);
  }

  #report(): void {
    const now = this.#io.now();
    const transfer = this.#transfer;
    if (!transfer || now - this.#reported < REPORT_MS) return;
    this.#reported = now;
    const loaded = transfer.loaded;
    this.#rate.add(now, loaded);
    this.#changed({
      loaded,
      speed: this.#rate.speed,
      secondsLeft: this.#rate.secondsFor(this.#file.size - loaded),
      retrying: transfer.troubled,
    });
  }

  /** Repeats a call while the server does not answer. */
  async #patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        const answer = await call();
        this.#changed({ retrying: false });
        return answer;
      } catch (error) {
        if (!(error instanceof Unreachable) || attempt + 1 >= TRIES) throw error;
        this.#changed({ retrying: true });
        await this.#io.wait(backoff(attempt, this.#io.random), signal);
      }
    }
  }
}

/** Whether the upload is gone, or refused as it is, so that going on with it cannot help. */
const isLost = (error: unknown): boolean =>
  error instanceof Refused || (error instanceof PutFailed && error.status === 404);

function troubleOf(error: unknown): Trouble {
  if (error instanceof Refused)
    return { kind: 'refused', code: error.code, message: error.message };
  if (error instanceof AccessEnded) return { kind: 'access' };
  if (error instanceof Unreachable) return { kind: 'unreachable' };
  if (error instanceof FileChanged) return { kind: 'changed' };
  return { kind: error instanceof PutFailed ? 'store' : 'unexpected' };
}
