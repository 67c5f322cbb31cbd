/** What is remembered of the files in the list, here and in the browser's memory. */
import type { Memory, Remembered } from './memory';
import type { UnfinishedUpload } from './operations';
import { looksLike, markOf } from './recall';

const UNKNOWN = { folder: '', preset: '', lastModified: null, fingerprint: null, handle: null };

export class Records {
  readonly #memory: Memory;
  #byId = new Map<string, Remembered>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  async load(): Promise<Remembered[]> {
    const found = await this.#memory.load();
    for (const record of found) this.#byId.set(record.id, record);
    return found;
  }

  /** Uploads that the server waits for and this browser has nothing to do with, as records. */
  async foreign(
    unfinished: readonly UnfinishedUpload[],
    facts: () => Pick<Remembered, 'id' | 'key' | 'page' | 'addedAt'>,
  ): Promise<Remembered[]> {
    const ours = await this.#memory.uploadIds();
    const here = [...this.#byId.values()];
    // What is remembered without an id was answered after the page had closed.
    const isOurs = ({ id, name, size }: UnfinishedUpload) =>
      ours.has(id) ||
      here.some((one) =>
        one.uploadId ? one.uploadId === id : one.name === name && one.size === size,
      );
    const found: Remembered[] = [];
    for (const one of unfinished.filter((each) => !isOurs(each))) {
      const { id: uploadId, name, size } = one;
      found.push({ ...facts(), ...UNKNOWN, uploadId, name, size });
    }
    for (const record of found) this.note(record);
    return found;
  }

  get(id: string): Remembered | undefined {
    return this.#byId.get(id);
  }

  of(items: readonly { id: string }[]): Remembered[] {
    return items.flatMap(({ id }) => this.#byId.get(id) ?? []);
  }

  /** What tells whether a file is among these items. */
  marks(items: readonly { id: string }[]): Set<string> {
    return new Set(this.of(items).map(markOf));
  }

  /** The record among these items that a file may belong to. */
  like(file: File, items: readonly { id: string }[]): Remembered | undefined {
    return this.of(items).find((record) => looksLike(record, file));
  }

  /** To be followed by `save`, once for many. */
  note(record: Remembered): void {
    this.#byId.set(record.id, record);
  }

  save(items: readonly { id: string }[]): void {
    void this.#memory.save(this.of(items));
  }

  change(id: string, patch: Partial<Remembered>): void {
    const record = this.#byId.get(id);
    if (!record) return;
    this.note({ ...record, ...patch });
    this.save([{ id }]);
  }

  forget(id: string): void {
    if (this.#byId.delete(id)) void this.#memory.forget([id]);
  }
}
