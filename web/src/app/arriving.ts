/** What comes from the server while somebody waits: code of a page, a text beside a film. */
import { reached } from './reach';

/**
 * Tries again when the server is back. Where it answers and has it not, twice, it never will: a newer
 * version has other files.
 */
export async function arriving<T>(load: () => Promise<T>): Promise<T> {
  for (let unexplained = 0; ;) {
    try {
      return await load();
    } catch (error) {
      // Whoever asked does not wait any more.
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      if (!(await reached())) unexplained += 1;
      if (unexplained > 1) throw error;
      forgetStyles();
    }
  }
}

/** A style sheet that did not arrive would be taken for one that is there. */
function forgetStyles(): void {
  if (typeof document === 'undefined') return;
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'))
    if (!link.sheet) link.remove();
}
