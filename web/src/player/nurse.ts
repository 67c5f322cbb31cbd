/** Sees to it that a film goes on whose server or store was away. */
import { backoff, wait } from '../app/backoff';
import { reached } from '../app/reach';

/** No answer at all, or one of those that pass. */
export const comesBack = (status: number): boolean => status === 0 || status >= 500;

export class Nurse {
  readonly #tell: (missing: boolean) => void;
  readonly #loadAgain: () => void;
  readonly #over = new AbortController();
  #missing = false;
  #fatal = false;
  #tries = 0;
  #busy = false;

  constructor(tell: (missing: boolean) => void, loadAgain: () => void) {
    this.#tell = tell;
    this.#loadAgain = loadAgain;
  }

  /** Something did not come. Where that is fatal, nobody else will ask for it again. */
  async missed(fatal: boolean): Promise<void> {
    this.#set(true);
    this.#fatal ||= fatal;
    if (this.#busy) return;
    this.#busy = true;
    const waited = await reached();
    // The server is there, so it is the store: it may take its time.
    if (!waited && this.#fatal) await this.#pause();
    this.#busy = false;
    if (waited || this.#fatal) this.#again();
  }

  /** For what says no reason: only an absence of the server is waited for. */
  async whereAway(otherwise: () => void): Promise<void> {
    const known = this.#missing;
    this.#set(true);
    const waited = await reached();
    if (this.#over.signal.aborted) return;
    if (waited || !known) this.#again();
    else {
      this.#set(false);
      otherwise();
    }
  }

  arrived(): void {
    this.#tries = 0;
    this.#fatal = false;
    this.#set(false);
  }

  end(): void {
    this.#over.abort();
  }

  #again(): void {
    this.#fatal = false;
    if (this.#missing && !this.#over.signal.aborted) this.#loadAgain();
  }

  async #pause(): Promise<void> {
    await wait(backoff(this.#tries), this.#over.signal).catch(() => undefined);
    this.#tries += 1;
  }

  #set(missing: boolean): void {
    if (missing === this.#missing || this.#over.signal.aborted) return;
    this.#missing = missing;
    this.#tell(missing);
  }
}
