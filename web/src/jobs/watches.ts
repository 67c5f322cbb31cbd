/** Jobs that somebody looks at, each followed by a subscription of its own. */
import { follow } from '../app/follow';
import { BoardJobUpdated, type BoardProgress } from './boardOperations';

/** One that the server has ended with an error is opened again after that. */
const AGAIN_MS = 10_000;

export class Watches {
  readonly #tell: (job: BoardProgress) => void;
  readonly #open = new Map<string, () => void>();
  #wanted: ReadonlySet<string> = new Set();
  #paused = true;

  constructor(tell: (job: BoardProgress) => void) {
    this.#tell = tell;
  }

  /** Follows these jobs and no others, once it is not paused. */
  set(ids: Iterable<string>): void {
    this.#wanted = new Set(ids);
    if (!this.#paused) this.#follow(this.#wanted);
  }

  pause(): void {
    this.#paused = true;
    this.#follow(new Set());
  }

  resume(): void {
    this.#paused = false;
    this.#follow(this.#wanted);
  }

  #follow(ids: ReadonlySet<string>): void {
    for (const id of ids) if (!this.#open.has(id)) this.#open.set(id, this.#watch(id));
    for (const [id, close] of this.#open) {
      if (ids.has(id)) continue;
      this.#open.delete(id);
      close();
    }
  }

  #watch(id: string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = follow(
      BoardJobUpdated,
      { id },
      {
        next: ({ jobUpdated }) => this.#tell(jobUpdated),
        ended: (codes) => {
          if (codes === null) return;
          timer = setTimeout(() => {
            if (this.#open.has(id)) this.#open.set(id, this.#watch(id));
          }, AGAIN_MS);
        },
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }
}
