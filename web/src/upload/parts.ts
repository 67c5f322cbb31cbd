/** How a file is cut: every part of the same size but the last. Offsets in bytes. */

export interface PartRange {
  /** Counted from 1, as S3 does. */
  number: number;
  start: number;
  end: number;
}

export function planParts(size: number, partSize: number): PartRange[] {
  if (size <= 0 || partSize <= 0) throw new RangeError('a file and its parts have bytes');
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    end: Math.min(size, (index + 1) * partSize),
  }));
}

/** Which parts a store holds in full, of those that are planned. */
export function arrivedOf(
  plan: readonly PartRange[],
  stored: readonly { number: number; size: number }[],
): Set<number> {
  const sizes = new Map(plan.map((part) => [part.number, part.end - part.start]));
  return new Set(
    stored.filter((part) => sizes.get(part.number) === part.size).map((part) => part.number),
  );
}
