/** Whether a file is the one of which an earlier visit has sent a part. */
import { fingerprint } from './fingerprint';
import type { Remembered } from './memory';
import type { Picked } from './picked';

/** By what the browser tells at once. A film that was saved anew since then is another one. */
export const looksLike = (record: Remembered, file: File): boolean =>
  record.name === file.name &&
  record.size === file.size &&
  record.lastModified === file.lastModified;

/** By its first and last bytes too, where they are remembered. */
export async function isSame(record: Remembered, file: File): Promise<boolean> {
  if (!looksLike(record, file)) return false;
  return record.fingerprint === null || record.fingerprint === (await fingerprint(file));
}

/** What to remember of a file before a byte of it is sent. */
export const recordOf = (
  file: File,
  {
    folder,
    preset,
    handle,
  }: Pick<Remembered, 'folder' | 'preset'> & Partial<Pick<Picked, 'handle'>>,
) => ({
  name: file.name,
  folder,
  size: file.size,
  lastModified: file.lastModified,
  preset,
  uploadId: null,
  fingerprint: null,
  handle: handle ?? null,
});

/** Equal for a file that was chosen twice. */
export const markOf = (of: ReturnType<typeof recordOf> | Remembered): string =>
  JSON.stringify([of.folder, of.name, of.size, of.lastModified, of.preset]);

/** The title of the asset: a file out of a folder keeps its way there. */
export const titleOf = (folder: string, name: string): string | null =>
  folder ? `${folder}/${name}`.slice(-LONGEST_TITLE) : null;

const LONGEST_TITLE = 300;
