/** What was used last, and no more than so much of it: a page that stays open must not grow. */
export class Recent<K, V> {
  readonly #most: number;
  // A map keeps the order in which it was written: the first is the one used longest ago.
  readonly #known = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    const value = this.#known.get(key);
    if (value !== undefined) this.#write(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#write(key, value);
    if (this.#known.size <= this.#most) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  delete(key: K): void {
    this.#known.delete(key);
  }

  #write(key: K, value: V): void {
    this.#known.delete(key);
    this.#known.set(key, value);
  }
}
