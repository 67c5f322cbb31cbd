/** Whether a file is the one of which an earlier visit has sent a part. */
import { fingerprint, md5Of } from './fingerprint';
import type { Remembered } from './memory';
import type { StoredUpload, UploadApi } from './operations';
import { planParts } from './parts';
import type { Picked } from './picked';

/** By what the browser tells at once. A film that was saved anew since then is another one. */
export const looksLike = (record: Remembered, file: File): boolean =>
  record.name === file.name.normalize() &&
  record.size === file.size &&
  (record.lastModified === null || record.lastModified === file.lastModified);

/**
 * By its first and last bytes too, where they are remembered; by what the store holds of it, where
 * it was begun elsewhere.
 */
export async function isSame(
  record: Remembered,
  file: File,
  api: Pick<UploadApi, 'stored'>,
): Promise<boolean> {
  if (!looksLike(record, file)) return false;
  try {
    if (record.lastModified === null && record.uploadId)
      return await holdsPartsOf(file, await api.stored(record.uploadId));
    return record.fingerprint === null || record.fingerprint === (await fingerprint(file));
  } catch {
    // An unreadable file, or no answer: nobody can tell, and the viewer may choose once more.
    return false;
  }
}

/** The first and the last part in the store are those of this file, by their MD5. */
async function holdsPartsOf(file: Blob, stored: StoredUpload | null): Promise<boolean> {
  if (!stored?.open) return false;
  const ranges = new Map(planParts(file.size, stored.partSize).map((one) => [one.number, one]));
  const ends = [stored.parts[0], stored.parts.at(-1)];
  for (const part of new Set(ends)) {
    const range = part && ranges.get(part.number);
    // A store that encrypts with keys of its own answers ETags that tell nothing.
    if (
      range &&
      part.etag.replaceAll('"', '') !== (await md5Of(file.slice(range.start, range.end)))
    )
      return false;
  }
  return true;
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
  name: file.name.normalize(),
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
