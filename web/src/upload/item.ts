/** One file in the list, as a row shows it. */
import type { Findings } from './preflight';

export type UploadState =
  | 'needs-file'
  | 'queued'
  | 'uploading'
  | 'paused'
  | 'finishing'
  | 'canceling'
  | 'failed'
  | 'refused'
  | 'done';

/** Why a file is not being sent, for messages. */
export type Trouble =
  | { kind: 'refused'; code: string; message: string }
  | {
      kind:
        | 'access'
        | 'unreachable'
        | 'store'
        | 'changed'
        | 'empty'
        | 'unexpected'
        | 'other-file'
        | 'expired';
    };

/** Sizes in bytes, speed in bytes a second. */
export interface UploadItem {
  id: string;
  name: string;
  /** The folder that it was dropped with, such as `Trip/day 1`; empty without one. */
  folder: string;
  size: number;
  preset: string;
  state: UploadState;
  loaded: number;
  speed: number | null;
  secondsLeft: number | null;
  retrying: boolean;
  doubtful: boolean;
  /** What the file was found to hold; null until somebody has looked. */
  findings: Findings | 'unreadable' | null;
  /** Begun by another browser or program, which may still be sending. */
  elsewhere: boolean;
  /** Whether the browser can open the file again after one click, without choosing. */
  reachable: boolean;
  trouble: Trouble | null;
  jobId: string | null;
}

const OVER: ReadonlySet<UploadState> = new Set(['refused', 'done']);
const RUNNING: ReadonlySet<UploadState> = new Set(['uploading', 'finishing']);

export const isOver = (item: UploadItem): boolean => OVER.has(item.state);

/** Left by an earlier visit of this page, whose file has to be opened again. */
export const needsFile = (item: UploadItem): boolean => item.state === 'needs-file';

export const isRunning = (item: UploadItem): boolean => RUNNING.has(item.state);

/** On its way, or waiting for those before it. */
export const isMoving = (item: UploadItem): boolean => isRunning(item) || item.state === 'queued';

/** Nothing moves any more. */
export const STILL = { speed: null, secondsLeft: null, retrying: false } as const;

export function newItem(
  facts: Pick<UploadItem, 'id' | 'name' | 'folder' | 'size' | 'preset'>,
): UploadItem {
  return {
    ...facts,
    ...STILL,
    state: 'queued',
    loaded: 0,
    doubtful: false,
    findings: null,
    elsewhere: false,
    reachable: false,
    trouble: null,
    jobId: null,
  };
}

/** Of many files together: bytes, and seconds until all have arrived. */
export interface Total {
  files: number;
  loaded: number;
  size: number;
  speed: number | null;
  secondsLeft: number | null;
}

/** Over everything that moves or is paused; null when there is nothing of that. */
export function totalOf(items: readonly UploadItem[]): Total | null {
  const open = items.filter((item) => isMoving(item) || item.state === 'paused');
  if (open.length === 0) return null;
  const sum = (value: (item: UploadItem) => number) =>
    open.reduce((so, item) => so + value(item), 0);
  const loaded = sum((item) => item.loaded);
  const size = sum((item) => item.size);
  const speed = sum((item) => item.speed ?? 0) || null;
  const going = sum((item) => (item.state === 'paused' ? 0 : item.size - item.loaded));
  return {
    files: open.length,
    loaded,
    size,
    speed,
    secondsLeft: speed && going ? going / speed : null,
  };
}
