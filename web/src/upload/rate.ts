/** Speed over the last seconds, from samples of the bytes sent so far. */

const WINDOW_MS = 8_000;
const LEAST_MS = 1_000;

export class Rate {
  #samples: { at: number; bytes: number }[] = [];

  add(at: number, bytes: number): void {
    this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  reset(): void {
    this.#samples = [];
  }

  /** Bytes a second, or null while too little is known. Repeated parts never make it negative. */
  get speed(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < LEAST_MS) return null;
    return Math.max(0, ((last.bytes - first.bytes) / (last.at - first.at)) * 1000);
  }

  /** Seconds until `remaining` bytes are sent, or null when nobody can say. */
  secondsFor(remaining: number): number | null {
    const speed = this.speed;
    return speed ? remaining / speed : null;
  }
}
