/** What this browser remembers of unfinished uploads, so that they go on after a reload. */
import { createStore, delMany, setMany, values } from 'idb-keyval';

export interface Remembered {
  id: string;
  /** The idempotency key of its start: asked twice, the server makes one upload. */
  key: string;
  name: string;
  folder: string;
  size: number;
  /** Milliseconds of Date.now(); null for an upload that was begun elsewhere. */
  lastModified: number | null;
  preset: string;
  /** Of the server; null until it has answered. */
  uploadId: string | null;
  /** Of both ends of the file; null until it was read. */
  fingerprint: string | null;
  handle: FileSystemFileHandle | null;
  /** The page that has it open, so that another tab leaves it alone. */
  page: string;
  /** Milliseconds of Date.now(). */
  addedAt: number;
}

/** Best effort: without a memory (a private window) everything works but going on after a reload. */
export interface Memory {
  /** Those that no open page has. */
  load: () => Promise<Remembered[]>;
  /** The server's ids of all uploads that this browser has to do with. */
  uploadIds: () => Promise<Set<string>>;
  save: (records: Remembered[]) => Promise<void>;
  forget: (ids: string[]) => Promise<void>;
}

/** The server keeps an unfinished upload for a week; a month covers longer settings. */
const LONGEST_MS = 30 * 86_400_000;

/** Each project has its own, so that none shows the file names of another. */
export function browserMemory(project: string, page: string): Memory {
  const store = createStore(`reelmill-uploads-${project}`, 'uploads');
  void hold(page);
  return {
    load: () =>
      quietly([], async () => {
        const found = await values<Remembered>(store);
        const old = found.filter((one) => one.addedAt < Date.now() - LONGEST_MS);
        await delMany(
          old.map((one) => one.id),
          store,
        );
        const open = await openPages();
        return found
          .filter((one) => !old.includes(one) && !open.has(one.page))
          .toSorted((one, other) => one.addedAt - other.addedAt);
      }),
    uploadIds: () =>
      quietly(new Set(), async () => {
        const found = await values<Remembered>(store);
        return new Set(found.flatMap((one) => one.uploadId ?? []));
      }),
    save: (records) =>
      quietly(undefined, () =>
        setMany(
          records.map((one) => [one.id, one]),
          store,
        ),
      ),
    forget: (ids) => quietly(undefined, () => delMany(ids, store)),
  };
}

async function quietly<T>(instead: T, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch {
    return instead;
  }
}

/** Holds a lock as long as the page lives, which is how other pages know that it does. */
async function hold(page: string): Promise<void> {
  // Missing on a plain http address; two tabs may then both offer to go on.
  await navigator.locks?.request(page, () => new Promise<never>(() => undefined));
}

async function openPages(): Promise<Set<string | undefined>> {
  const { held } = (await navigator.locks?.query()) ?? {};
  return new Set(held?.map((lock) => lock.name));
}
