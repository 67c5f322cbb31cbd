/** What is remembered of the files in the list, here and in the browser's memory. */
import type { Memory, Remembered } from './memory';
import { looksLike } from './recall';

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

  get(id: string): Remembered | undefined {
    return this.#byId.get(id);
  }

  of(items: readonly { id: string }[]): Remembered[] {
    return items.flatMap(({ id }) => this.#byId.get(id) ?? []);
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
