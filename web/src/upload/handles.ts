/** Handles to files, which Chromium keeps beyond a visit. Not in the standard library's types yet. */

interface Permission {
  queryPermission?: (how: { mode: 'read' }) => Promise<PermissionState>;
  requestPermission?: (how: { mode: 'read' }) => Promise<PermissionState>;
}

declare global {
  interface DataTransferItem {
    getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
  }

  interface Window {
    showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>;
  }
}

/** The file behind a handle. Only when `ask` is true, after a click, may the viewer be asked. */
export async function reopen(
  handle: FileSystemFileHandle & Permission,
  ask: boolean,
): Promise<File | null> {
  try {
    const mode = { mode: 'read' } as const;
    const now = (await handle.queryPermission?.(mode)) ?? 'denied';
    const allowed = now === 'prompt' && ask ? await handle.requestPermission?.(mode) : now;
    return allowed === 'granted' ? await handle.getFile() : null;
  } catch {
    // Moved or deleted since then: it has to be chosen again.
    return null;
  }
}
