/** Presigned addresses of parts: asked for in batches, kept until they are used or run out. */

export interface SignedPart {
  number: number;
  url: string;
  headers: { name: string; value: string }[];
  /** ISO 8601 */
  expiresAt: string;
}

export type Sign = (numbers: number[]) => Promise<SignedPart[]>;

const BATCH = 16;
/** A part must have left before its address runs out, so the last minute is not used. */
const MARGIN_MS = 60_000;

export class Signatures {
  #kept = new Map<number, SignedPart>();
  #asked = new Map<number, Promise<void>>();
  readonly #sign: Sign;

  constructor(sign: Sign, first: SignedPart[] = []) {
    this.#sign = sign;
    for (const part of first) this.#kept.set(part.number, part);
  }

  /** The address of a part; `upcoming` are those that will be wanted next, signed along with it. */
  async get(number: number, upcoming: number[], now: number): Promise<SignedPart> {
    const kept = this.#kept.get(number);
    if (kept && Date.parse(kept.expiresAt) - MARGIN_MS > now) return kept;
    // A clock that is hours wrong must not make this a loop: what was just signed is used as it is.
    await (this.#asked.get(number) ?? this.#ask(number, upcoming));
    const fresh = this.#kept.get(number);
    if (!fresh) throw new Error(`part ${number} was not signed`);
    return fresh;
  }

  drop(number: number): void {
    this.#kept.delete(number);
  }

  #ask(number: number, upcoming: number[]): Promise<void> {
    const others = upcoming.filter((one) => !this.#kept.has(one) && !this.#asked.has(one));
    const numbers = [number, ...others].slice(0, BATCH);
    const answer = this.#sign(numbers)
      .then((parts) => {
        for (const part of parts) this.#kept.set(part.number, part);
        return undefined;
      })
      .finally(() => {
        for (const one of numbers) this.#asked.delete(one);
      });
    for (const one of numbers) this.#asked.set(one, answer);
    return answer;
  }
}
