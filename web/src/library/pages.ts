/** A list of any length, read page by page; only pages near what is looked at stay in memory. */
import { createStore } from '../app/store';

/** Divides by 2, 3, 4, 5 and 6 columns. */
export const PAGE = 60;
/** So many pages before and behind those that are looked at are kept. */
const KEPT_AROUND = 8;

export interface Page<T> {
  nodes: readonly T[];
  endCursor: string | null;
  hasNextPage: boolean;
}

interface Slot<T> {
  after: string | null;
  ids: readonly string[];
  /** Null once it was let go. */
  items: readonly T[] | null;
  endCursor: string | null;
}

export interface Listing<T> {
  /** Whether the first page has arrived. */
  ready: boolean;
  /** Whether the last reading failed. */
  failed: boolean;
  /** Whether `count` is all there is. */
  ended: boolean;
  count: number;
  slots: readonly Slot<T>[];
  /** The index of each page's first item. */
  starts: readonly number[];
}

const NOTHING = { ready: false, failed: false, ended: false, count: 0, slots: [], starts: [] };

export class PagedList<T extends { id: string }> {
  readonly listing = createStore<Listing<T>>(NOTHING);
  readonly #read: (after: string | null) => Promise<Page<T>>;
  #underway = new Set<string | null>();
  /** Counts beginnings, so that answers from before one are known as old. */
  #generation = 0;
  #looked = { from: 0, to: 0 };

  constructor(read: (after: string | null) => Promise<Page<T>>) {
    this.#read = read;
  }

  /** Reads the newest page; when it names other things than before, all others are read anew. */
  async refresh(): Promise<void> {
    this.#generation += 1;
    this.#underway.clear();
    await this.#load(null, (slot, hasNextPage) => {
      const { slots, ended } = this.listing.get();
      const same = slots[0]?.ids.join() === slot.ids.join() && slots.length > 1;
      if (same) this.#show([slot, ...slots.slice(1)], ended);
      else this.#show([slot], !hasNextPage);
    });
  }

  /** After a failure: reads what is still missing. */
  goOn(): void {
    const now = this.listing.get();
    if (!now.failed) return;
    if (!now.ready) {
      void this.refresh();
      return;
    }
    this.listing.set({ ...now, failed: false });
    this.look(this.#looked.from, this.#looked.to);
  }

  /** Reads what is missing of the items from..to and what comes next, and lets go what is far. */
  look(from: number, to: number): void {
    this.#looked = { from, to };
    const { slots, ready, ended, failed, count } = this.listing.get();
    if (!ready || failed) return;
    const first = this.#slotOf(from);
    const last = this.#slotOf(Math.min(to, count - 1));
    const near = (index: number, more: number) => index >= first - more && index <= last + more;
    slots.forEach((slot, index) => {
      if (!slot.items && near(index, 1)) void this.#load(slot.after, this.#replace);
    });
    const end = slots.at(-1)?.endCursor ?? null;
    if (!ended && to >= count - PAGE / 2 && end) void this.#load(end, this.#append);
    const far = (slot: Slot<T>, index: number) => slot.items && !near(index, KEPT_AROUND);
    if (slots.some(far))
      this.#show(
        slots.map((slot, index) => (far(slot, index) ? letGo(slot) : slot)),
        ended,
      );
  }

  readonly #replace = (slot: Slot<T>): void => {
    const { slots, ended } = this.listing.get();
    this.#show(
      slots.map((one) => (one.after === slot.after ? slot : one)),
      ended,
    );
  };

  readonly #append = (slot: Slot<T>, hasNextPage: boolean): void => {
    this.#show([...this.listing.get().slots, slot], !hasNextPage);
  };

  async #load(
    after: string | null,
    arrived: (slot: Slot<T>, hasNextPage: boolean) => void,
  ): Promise<void> {
    if (this.#underway.has(after)) return;
    this.#underway.add(after);
    const generation = this.#generation;
    try {
      const { nodes, endCursor, hasNextPage } = await this.#read(after);
      if (generation !== this.#generation) return;
      arrived({ after, ids: nodes.map(({ id }) => id), items: nodes, endCursor }, hasNextPage);
    } catch {
      if (generation === this.#generation)
        this.listing.set({ ...this.listing.get(), failed: true });
    } finally {
      if (generation === this.#generation) this.#underway.delete(after);
    }
  }

  #show(slots: readonly Slot<T>[], ended: boolean): void {
    const starts: number[] = [];
    let count = 0;
    for (const { ids } of slots) {
      starts.push(count);
      count += ids.length;
    }
    this.listing.set({ ready: true, failed: false, ended, count, slots, starts });
  }

  #slotOf(index: number): number {
    return slotOf(this.listing.get().starts, index);
  }
}

const letGo = <T>(slot: Slot<T>): Slot<T> => ({ ...slot, items: null });

/** The last page that begins at or before `index`. */
function slotOf(starts: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The item at `index`, if its page is there. */
export function itemAt<T>({ slots, starts }: Listing<T>, index: number): T | undefined {
  const slot = slotOf(starts, index);
  return slots[slot]?.items?.[index - (starts[slot] ?? 0)];
}

/** Ids of the items from..to, also of pages that were let go. */
export function idsBetween<T>({ slots }: Listing<T>, from: number, to: number): string[] {
  return slots.flatMap(({ ids }) => ids).slice(Math.min(from, to), Math.max(from, to) + 1);
}
