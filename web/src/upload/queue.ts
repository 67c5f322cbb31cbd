/** The files that are being uploaded: a few at a time over shared connections, in their order. */
import { createStore } from '../app/store';
import { fingerprint } from './fingerprint';
import { inspect } from './inspect';
import { isMoving, isOver, isRunning, needsFile, newItem, STILL, type UploadItem } from './item';
import type { Memory, Remembered } from './memory';
import type { UploadApi } from './operations';
import type { Picked } from './picked';
import type { Findings } from './preflight';
import { isSame, markOf, recordOf, titleOf } from './recall';
import { Records } from './records';
import { Slots } from './slots';
import { discard, type TaskIO, UploadTask } from './task';

export interface QueueIO extends TaskIO {
  /** Looks into a file; null when it cannot be read as media. */
  look: (file: File) => Promise<Findings | null>;
  /** Opens a file of an earlier visit; null when the viewer does not allow it. */
  reopen: (handle: FileSystemFileHandle, ask: boolean) => Promise<File | null>;
  memory: Memory;
  /** Names this page among the open ones. */
  page: string;
}

/** What became of files that were chosen. */
export interface Added {
  fresh: number;
  /** Uploads of an earlier visit that go on. */
  resumed: number;
  /** Names of those that are in the list already. */
  twice: string[];
}

/** Small files would spend their time with greetings if they went one after the other. */
export const FILES_AT_ONCE = 3;

export class UploadQueue {
  readonly items = createStore<readonly UploadItem[]>([]);
  readonly #api: UploadApi;
  readonly #io: QueueIO;
  readonly #records: Records;
  readonly #looking = new Slots(1);
  #tasks = new Map<string, UploadTask>();
  #files = new Map<string, File>();

  constructor(api: UploadApi, io: QueueIO) {
    this.#api = api;
    this.#io = io;
    this.#records = new Records(io.memory);
  }

  async add(picked: readonly Picked[], preset: string): Promise<Added> {
    const result: Added = { fresh: 0, resumed: 0, twice: [] };
    const items = this.items.get();
    // Another preset makes something else of the same file, so that one may come again.
    const listed = this.#records.marks(items.filter((item) => !isOver(item) && !needsFile(item)));
    const fresh: UploadItem[] = [];
    for (const one of picked) {
      const mark = markOf(recordOf(one.file, { ...one, preset }));
      const waiting = this.#records.like(one.file, this.items.get().filter(needsFile));
      if (waiting && (await isSame(waiting, one.file, this.#api))) {
        this.#takeUp(waiting.id, one.file, one.handle);
        result.resumed += 1;
      } else if (listed.has(mark)) result.twice.push(one.file.name);
      else fresh.push(this.#enlist(one, preset));
      listed.add(mark);
    }
    result.fresh = fresh.length;
    this.items.set([...this.items.get(), ...fresh]);
    for (const { id } of fresh) this.#equip(id);
    this.#records.save(fresh);
    this.#next();
    return result;
  }

  /** Shows what an earlier visit has left unfinished, and goes on with what it can reach. */
  async restore(): Promise<void> {
    const records = await this.#records.load();
    this.#show(records, { elsewhere: false });
    for (const record of records) {
      if (record.handle) await this.#reopen(record, record.handle, false);
    }
    for (const record of records) await this.#tellProgress(record);
  }

  /** Shows what others have left unfinished, or are still sending. */
  async showForeign(): Promise<void> {
    const { page, now, newId } = this.#io;
    const unfinished = await this.#api.unfinished().catch(() => []);
    const facts = () => ({ id: newId(), key: newId(), page, addedAt: now() });
    const records = await this.#records.foreign(unfinished, facts);
    this.#show(records, { elsewhere: true });
    for (const record of records) await this.#tellProgress(record);
  }

  /** Opens the file of an earlier visit again; the browser may ask the viewer. */
  async reopen(id: string): Promise<void> {
    const record = this.#records.get(id);
    if (record?.handle) await this.#reopen(record, record.handle, true);
  }

  /** The file was chosen again. */
  async provide(id: string, file: File): Promise<void> {
    const record = this.#records.get(id);
    if (!record) return;
    if (await isSame(record, file, this.#api)) this.#takeUp(id, file);
    else this.#set(id, { trouble: { kind: 'other-file' } });
    this.#next();
  }

  pause(id: string): void {
    this.#set(id, { ...STILL, state: 'paused' });
    this.#tasks.get(id)?.stop();
    this.#next();
  }

  /** All at once, so that none of them starts because another has stopped. */
  pauseAll(): void {
    const moving = this.#change(isMoving, { ...STILL, state: 'paused' });
    for (const { id } of moving) this.#tasks.get(id)?.stop();
  }

  /** Goes on after a pause, and tries again after a failure, with what is still missing. */
  resume(id: string): void {
    this.#set(id, { state: 'queued', trouble: null });
    this.#next();
  }

  resumeAll(): void {
    this.#resumeWhere((item) => item.state === 'paused');
  }

  /** After a new sign-in: what stopped for want of one goes on. */
  resumeAfterSignIn(): void {
    this.#resumeWhere((item) => item.state === 'failed' && item.trouble?.kind === 'access');
  }

  /** Takes the file off the list, and what is stored of it out of the store. */
  async cancel(id: string): Promise<void> {
    const { state } = this.items.get().find((item) => item.id === id) ?? {};
    this.#set(id, { ...STILL, state: 'canceling' });
    const task = this.#tasks.get(id);
    task?.stop();
    this.#next();
    const trouble = await (task?.abort() ?? discard(this.#api, this.#records.get(id)?.uploadId));
    // Without its file it cannot be tried again, only be canceled once more.
    const back = state === 'needs-file' ? state : 'failed';
    if (trouble) this.#set(id, { state: back, trouble });
    else this.remove(id);
  }

  /** Lets go of all files, as closing the page does: what is unfinished stays remembered. */
  letGo(): void {
    for (const task of this.#tasks.values()) task.stop();
    this.items.set([]);
  }

  remove(id: string): void {
    this.#tasks.delete(id);
    this.#files.delete(id);
    this.#records.forget(id);
    this.items.set(this.items.get().filter((item) => item.id !== id));
  }

  /** Whether closing the page would stop something, or let go of a file. */
  get busy(): boolean {
    return this.items.get().some((item) => !isOver(item) && !needsFile(item));
  }

  #show(records: readonly Remembered[], { elsewhere }: Pick<UploadItem, 'elsewhere'>): void {
    const shown = records.map((record) => {
      const reachable = record.handle !== null;
      return Object.assign(newItem(record), { state: 'needs-file' as const, reachable, elsewhere });
    });
    this.items.set([...shown, ...this.items.get()]);
  }

  #enlist(one: Picked, preset: string): UploadItem {
    const { file, folder } = one;
    const id = this.#io.newId();
    const item = newItem({ id, name: file.name, folder, size: file.size, preset });
    const verdict = inspect(file);
    if (verdict === 'empty') return { ...item, state: 'refused', trouble: { kind: 'empty' } };
    const { page, now, newId } = this.#io;
    const record = {
      id,
      key: newId(),
      page,
      addedAt: now(),
      ...recordOf(file, { ...one, preset }),
    };
    this.#records.note(record);
    this.#files.set(id, file);
    return { ...item, doubtful: verdict === 'doubtful' };
  }

  /** With its file, an upload can be run. */
  #equip(id: string): void {
    const record = this.#records.get(id);
    const file = this.#files.get(id);
    if (!record || !file) return;
    const { preset, folder, key, uploadId } = record;
    const plan = { title: titleOf(folder, file.name), preset, key, uploadId };
    const task = new UploadTask(file, plan, this.#api, this.#io, {
      changed: (patch) => this.#progress(id, patch),
      opened: (facts) => this.#records.change(id, { key: facts.key, uploadId: facts.uploadId }),
    });
    this.#tasks.set(id, task);
    const look = async () =>
      this.#set(id, { findings: (await this.#io.look(file)) ?? 'unreadable' });
    void this.#looking.run(look, new AbortController().signal);
  }

  #takeUp(id: string, file: File, handle?: FileSystemFileHandle): void {
    const { lastModified } = file;
    this.#records.change(id, { page: this.#io.page, lastModified, ...(handle && { handle }) });
    this.#files.set(id, file);
    this.#equip(id);
    this.#set(id, { state: 'queued', trouble: null });
  }

  async #reopen(record: Remembered, handle: FileSystemFileHandle, ask: boolean): Promise<void> {
    const file = await this.#io.reopen(handle, ask);
    if (file) await this.provide(record.id, file);
    else if (ask) this.#set(record.id, { reachable: false });
  }

  /** How far an earlier visit came. What the server no longer keeps starts over. */
  async #tellProgress({ id, uploadId }: Remembered): Promise<void> {
    if (!uploadId) return;
    const kept = await this.#api.stored(uploadId).catch(() => undefined);
    const item = this.items.get().find((one) => one.id === id);
    if (kept === undefined || item?.state !== 'needs-file') return;
    if (kept?.completed) this.remove(id);
    else if (!kept?.open) {
      this.#records.change(id, { uploadId: null, key: this.#io.newId() });
      this.#set(id, { trouble: { kind: 'expired' } });
    } else this.#set(id, { loaded: kept.parts.reduce((sum, part) => sum + part.size, 0) });
  }

  #resumeWhere(wanted: (item: UploadItem) => boolean): void {
    this.#change(wanted, { state: 'queued', trouble: null });
    this.#next();
  }

  /** Starts files that wait, as long as there is room. */
  #next(): void {
    const items = this.items.get();
    const room = FILES_AT_ONCE - items.filter(isRunning).length;
    const waiting = items.filter((item) => item.state === 'queued');
    for (const item of waiting.slice(0, Math.max(0, room))) void this.#run(item.id);
  }

  async #run(id: string): Promise<void> {
    const task = this.#tasks.get(id);
    if (!task) return;
    this.#set(id, { state: 'uploading' });
    void this.#takePrint(id);
    const end = await task.run();
    // A stop has set the state itself.
    if (end.how === 'stopped') return;
    if (end.how === 'failed') this.#set(id, { ...STILL, state: 'failed', trouble: end.trouble });
    else {
      this.#records.forget(id);
      this.#set(id, { ...STILL, state: 'done', jobId: end.jobId });
    }
    this.#next();
  }

  async #takePrint(id: string): Promise<void> {
    const file = this.#files.get(id);
    if (!file || this.#records.get(id)?.fingerprint) return;
    // A file that cannot be read says so when its bytes are sent.
    const print = await fingerprint(file).catch(() => null);
    this.#records.change(id, { fingerprint: print });
  }

  /** News of a running task; what comes after its stop is stale. */
  #progress(id: string, patch: Partial<UploadItem>): void {
    const item = this.items.get().find((one) => one.id === id);
    if (item && isRunning(item)) this.#set(id, patch);
  }

  #set(id: string, patch: Partial<UploadItem>): void {
    this.#change((item) => item.id === id, patch);
  }

  /** Answers those that were changed, as they were before. */
  #change(wanted: (item: UploadItem) => boolean, patch: Partial<UploadItem>): UploadItem[] {
    const items = this.items.get();
    const chosen = new Set(items.filter(wanted));
    const changed = (item: UploadItem) =>
      chosen.has(item) ? Object.assign({}, item, patch) : item;
    if (chosen.size > 0) this.items.set(items.map(changed));
    return [...chosen];
  }
}
