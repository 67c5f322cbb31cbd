/** Where the pieces of the library stand, and where the arrow keys lead. Pure. */

export type View = 'grid' | 'list';

export interface Layout {
  columns: number;
  /** In pixels, with the gap below. */
  rowHeight: number;
  /** Of one piece, in pixels. */
  width: number;
}

export const GAP = 16;
const NARROWEST = 208;
const LIST_ROW = 60;
/** Name, facts, state, and the room around. */
const TEXT_HEIGHT = 106;
const PADDING = 16;

export function layoutFor(view: View, width: number): Layout {
  if (view === 'list') return { columns: 1, rowHeight: LIST_ROW, width };
  // Two beside each other also on a phone.
  const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const piece = (width - GAP * (columns - 1)) / columns;
  const picture = ((piece - PADDING) * 9) / 16;
  return { columns, rowHeight: Math.round(picture + TEXT_HEIGHT + GAP), width: piece };
}

/** The index that a key leads to; undefined for keys that lead nowhere. */
export function indexAfter(
  key: string,
  index: number,
  columns: number,
  count: number,
): number | undefined {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = index + step;
  // From the last full row, down leads into a shorter one.
  if (key === 'ArrowDown' && next >= count) {
    const lastRow = Math.floor((count - 1) / columns);
    return Math.floor(index / columns) < lastRow ? count - 1 : index;
  }
  return next < 0 || next >= count ? index : next;
}
