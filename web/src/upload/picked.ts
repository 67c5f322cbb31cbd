/** Files as they come in: chosen one by one, or found in folders that were dropped. */

export interface Picked {
  file: File;
  /** The folder that it came with, such as `Trip/day 1`; empty without one. */
  folder: string;
  /** Opens the same file again on another day, where the browser knows such handles. */
  handle?: FileSystemFileHandle | undefined;
}

/** What file managers leave in folders, and nobody means to upload. */
const LITTER = /^(?:\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

export const isLitter = (name: string): boolean => LITTER.test(name);

export function fromInput(files: Iterable<File>): Picked[] {
  return [...files]
    .map((file) => ({
      file,
      folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
    }))
    .filter(({ file, folder }) => !folder || !isLitter(file.name));
}

/** What is dropped must be taken hold of at once: after the event it is gone. */
export function fromDrop(items: DataTransferItemList): Promise<Picked[]> {
  const files = [...items].filter((item) => item.kind === 'file');
  const held = files.map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
    handle: item.getAsFileSystemHandle?.().catch(() => null),
  }));
  return Promise.all(
    held.map(async ({ entry, file, handle }) => {
      if (entry?.isDirectory) return walk(entry as FileSystemDirectoryEntry, entry.name);
      const found = await handle;
      return file ? [{ file, folder: '', handle: isFile(found) ? found : undefined }] : [];
    }),
  ).then((found) => found.flat());
}

const isFile = (handle: FileSystemHandle | null | undefined): handle is FileSystemFileHandle =>
  handle?.kind === 'file';

/** All files below a folder, by name, without those that file managers hide. */
export async function walk(folder: FileSystemDirectoryEntry, path: string): Promise<Picked[]> {
  const entries = (await readAll(folder))
    .filter((entry) => !isLitter(entry.name))
    .toSorted((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  const found: Picked[] = [];
  for (const entry of entries) {
    if (entry.isDirectory)
      found.push(...(await walk(entry as FileSystemDirectoryEntry, `${path}/${entry.name}`)));
    else found.push({ file: await fileOf(entry as FileSystemFileEntry), folder: path });
  }
  return found;
}

/** A browser answers a hundred entries at a time, and nothing when there are no more. */
async function readAll(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    found.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
