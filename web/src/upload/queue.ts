/** The files that are being uploaded: one at a time over several connections, in their order. */
import { createStore } from '../app/store';
import { inspect } from './inspect';
import type { UploadApi } from './operations';
import { type TaskIO, type Trouble, UploadTask } from './task';

export type UploadState =
  'queued' | 'uploading' | 'paused' | 'finishing' | 'canceling' | 'failed' | 'refused' | 'done';

/** What a row shows. Sizes in bytes, speed in bytes a second. */
export interface UploadItem {
  id: string;
  name: string;
  size: number;
  preset: string;
  state: UploadState;
  loaded: number;
  speed: number | null;
  secondsLeft: number | null;
  retrying: boolean;
  doubtful: boolean;
  trouble: Trouble | null;
  jobId: string | null;
}

export interface QueueIO extends TaskIO {
  newId: () => string;
}

const OVER = new Set<UploadState>(['refused', 'done']);

export class UploadQueue {
  readonly items = createStore<readonly UploadItem[]>([]);
  readonly #api: UploadApi;
  readonly #io: QueueIO;
  #tasks = new Map<string, UploadTask>();

  constructor(api: UploadApi, io: QueueIO) {
    this.#api = api;
    this.#io = io;
  }

  add(files: readonly File[], preset: string): void {
    const fresh = files.map((file) => this.#enlist(file, preset));
    this.items.set([...this.items.get(), ...fresh]);
    this.#next();
  }

  /** A folder, which a browser hands over like a file that cannot be read. */
  refuseFolder(name: string, preset: string): void {
    const item = this.#item(name, 0, preset);
    this.items.set([
      ...this.items.get(),
      { ...item, state: 'refused', trouble: { kind: 'folder' } },
    ]);
  }

  pause(id: string): void {
    this.#set(id, { state: 'paused', speed: null, secondsLeft: null, retrying: false });
    this.#tasks.get(id)?.stop();
    this.#next();
  }

  /** Goes on after a pause, and tries again after a failure, with what is still missing. */
  resume(id: string): void {
    this.#set(id, { state: 'queued', trouble: null });
    this.#next();
  }

  /** Takes the file off the list, and what is stored of it out of the store. */
  async cancel(id: string): Promise<void> {
    this.#set(id, { state: 'canceling', speed: null, secondsLeft: null });
    const task = this.#tasks.get(id);
    task?.stop();
    this.#next();
    const trouble = await task?.abort();
    if (trouble) this.#set(id, { state: 'failed', trouble });
    else this.remove(id);
  }

  async cancelAll(): Promise<void> {
    const open = this.items.get().filter((item) => !OVER.has(item.state));
    await Promise.all(open.map((item) => this.cancel(item.id)));
  }

  remove(id: string): void {
    this.#tasks.delete(id);
    this.items.set(this.items.get().filter((item) => item.id !== id));
  }

  /** After a new sign-in: what stopped for want of one goes on. */
  resumeAfterSignIn(): void {
    for (const item of this.items.get()) {
      if (item.state === 'failed' && item.trouble?.kind === 'access') this.resume(item.id);
    }
  }

  /** Whether closing the page would lose something. */
  get busy(): boolean {
    return this.items.get().some((item) => !OVER.has(item.state));
  }

  #enlist(file: File, preset: string): UploadItem {
    const item = this.#item(file.name, file.size, preset);
    const verdict = inspect(file);
    if (verdict === 'empty') return { ...item, state: 'refused', trouble: { kind: 'empty' } };
    const changed = (patch: Partial<UploadItem>) => this.#progress(item.id, patch);
    this.#tasks.set(item.id, new UploadTask(file, preset, this.#api, this.#io, changed));
    return { ...item, doubtful: verdict === 'doubtful' };
  }

  #item(name: string, size: number, preset: string): UploadItem {
    return {
      id: this.#io.newId(),
      name,
      size,
      preset,
      state: 'queued',
      loaded: 0,
      speed: null,
      secondsLeft: null,
      retrying: false,
      doubtful: false,
      trouble: null,
      jobId: null,
    };
  }

  /** Starts the first file that waits, unless one is under way. */
  #next(): void {
    const items = this.items.get();
    if (items.some((item) => item.state === 'uploading' || item.state === 'finishing')) return;
    const next = items.find((item) => item.state === 'queued');
    if (next) void this.#run(next.id);
  }

  async #run(id: string): Promise<void> {
    const task = this.#tasks.get(id);
    if (!task) return;
    this.#set(id, { state: 'uploading' });
    const end = await task.run();
    // A stop has set the state itself.
    if (end.how === 'stopped') return;
    const still = { speed: null, secondsLeft: null, retrying: false };
    if (end.how === 'failed') this.#set(id, { ...still, state: 'failed', trouble: end.trouble });
    else this.#set(id, { ...still, state: 'done', jobId: end.jobId });
    this.#next();
  }

  /** News of a running task; what comes after its stop is stale. */
  #progress(id: string, patch: Partial<UploadItem>): void {
    const item = this.items.get().find((one) => one.id === id);
    if (item?.state === 'uploading' || item?.state === 'finishing') this.#set(id, patch);
  }

  #set(id: string, patch: Partial<UploadItem>): void {
    const change = (item: UploadItem) => (item.id === id ? { ...item, ...patch } : item);
    this.items.set(this.items.get().map(change));
  }
}
