/** One file from its start to its completion. It can be stopped at any point and run again. */
import { backoff } from '../app/backoff';
import { AccessEnded, FileChanged, PutFailed, Refused, Unreachable } from './errors';
import type { Trouble, UploadItem } from './item';
import type { StartedUpload, StoredUpload, UploadApi } from './operations';
import { arrivedOf, planParts } from './parts';
import type { putPart } from './put';
import { Rate } from './rate';
import { Signatures } from './signatures';
import { Transfer, type TransferIO, TRIES } from './transfer';

export type End =
  { how: 'done'; jobId: string | null } | { how: 'stopped' } | { how: 'failed'; trouble: Trouble };

export interface TaskIO {
  put: typeof putPart;
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  now: () => number;
  random: () => number;
  newId: () => string;
}

/** What is to become of a file, and what has become of it so far. */
export interface Plan {
  title: string | null;
  preset: string;
  /** One for all tries: an answer that got lost does not make a second upload. */
  key: string;
  /** Of an earlier visit of this page, whose parts are not sent again. */
  uploadId: string | null;
}

/** What the owner of a task hears of it. */
export interface TaskNews {
  changed: (patch: Partial<UploadItem>) => void;
  /** Worth remembering beyond this page. */
  opened: (fact: Pick<Plan, 'key' | 'uploadId'>) => void;
}

/** So often at most does a row change while bytes move, in milliseconds. */
const REPORT_MS = 200;
const PARTS_MISSING = 'PARTS_MISSING';

export class UploadTask {
  readonly #file: File;
  readonly #plan: Plan;
  readonly #api: UploadApi;
  readonly #io: TaskIO;
  readonly #news: TaskNews;
  #rate = new Rate();
  #reported = -Infinity;
  #retrying = false;
  #started: StartedUpload | undefined;
  #transfer: Transfer | undefined;
  #stopper = new AbortController();
  #running: Promise<End> | undefined;

  constructor(file: File, plan: Plan, api: UploadApi, io: TaskIO, news: TaskNews) {
    this.#file = file;
    this.#plan = { ...plan };
    this.#api = api;
    this.#io = io;
    this.#news = news;
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
    const id = this.#started?.id ?? this.#plan.uploadId;
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
    this.#plan.uploadId = null;
    this.#plan.key = this.#io.newId();
    this.#news.opened(this.#plan);
  }

  async #send(signal: AbortSignal): Promise<string | null> {
    if (this.#plan.uploadId && !this.#started) {
      const kept = await this.#takeUp(this.#plan.uploadId, signal);
      if (kept?.completed) return kept.jobId;
    }
    const started = (this.#started ??= await this.#start(signal));
    const transfer = (this.#transfer ??= this.#prepare(started));
    await transfer.run(signal);
    this.#news.changed({ state: 'finishing', loaded: this.#file.size, secondsLeft: null });
    try {
      return await this.#patiently(() => this.#api.complete(started.id), signal);
    } catch (error) {
      if (!(error instanceof Refused && error.code === PARTS_MISSING)) throw error;
      const kept = await this.#patiently(() => this.#api.stored(started.id), signal);
      transfer.holds(arrivedOf(planParts(this.#file.size, started.partSize), kept?.parts ?? []));
      await transfer.run(signal);
      return this.#patiently(() => this.#api.complete(started.id), signal);
    }
  }

  async #start(signal: AbortSignal): Promise<StartedUpload> {
    const { title, preset, key } = this.#plan;
    const { name, size, type } = this.#file;
    const facts = { name, size, type, title };
    const started = await this.#patiently(() => this.#api.start(facts, preset, key), signal);
    this.#plan.uploadId = started.id;
    this.#news.opened(this.#plan);
    return started;
  }

  /** Goes on with an upload of an earlier visit: only the parts that are missing will be sent. */
  async #takeUp(id: string, signal: AbortSignal): Promise<StoredUpload | null> {
    const kept = await this.#patiently(() => this.#api.stored(id), signal);
    if (kept?.open) {
      this.#started = { id, partSize: kept.partSize, parts: [] };
      this.#transfer = this.#prepare(this.#started);
      this.#transfer.holds(arrivedOf(planParts(this.#file.size, kept.partSize), kept.parts));
    } else if (!kept?.completed) this.#startOver();
    return kept;
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
    if (!transfer) return;
    const retrying = transfer.troubled;
    // Trouble is told at once: while the browser is offline, nothing may come behind it.
    if (retrying === this.#retrying && now - this.#reported < REPORT_MS) return;
    this.#reported = now;
    this.#retrying = retrying;
    const loaded = transfer.loaded;
    this.#rate.add(now, loaded);
    this.#news.changed({
      loaded,
      speed: this.#rate.speed,
      secondsLeft: this.#rate.secondsFor(this.#file.size - loaded),
      retrying,
    });
  }

  /** Repeats a call while the server does not answer. */
  async #patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        const answer = await call();
        this.#news.changed({ retrying: false });
        return answer;
      } catch (error) {
        if (!(error instanceof Unreachable) || attempt + 1 >= TRIES) throw error;
        this.#news.changed({ retrying: true });
        await this.#io.wait(backoff(attempt, this.#io.random), signal);
      }
    }
  }
}

/** Throws away what the server has of an upload whose file is not open. Answers what went wrong, if anything did. */
export async function discard(
  api: Pick<UploadApi, 'abort'>,
  uploadId: string | null | undefined,
): Promise<Trouble | null> {
  if (!uploadId) return null;
  try {
    await api.abort(uploadId);
    return null;
  } catch (error) {
    return error instanceof Refused ? null : troubleOf(error);
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
