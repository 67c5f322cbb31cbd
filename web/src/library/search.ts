/** What the address says about the library: which assets, in which order, shown how. Pure. */
import type { VariablesOf } from '../graphql';
import type { Assets } from './operations';

type Filter = NonNullable<VariablesOf<typeof Assets>['filter']>;
export type Order = NonNullable<VariablesOf<typeof Assets>['orderBy']>;
export type Kind = NonNullable<Filter['kind']>;
export type Status = NonNullable<Filter['status']>[number];

export const KINDS = ['VIDEO', 'AUDIO', 'IMAGE', 'TEXT'] as const satisfies readonly Kind[];
export const STATUSES = [
  ...(['READY', 'REGISTERED', 'UNREADABLE', 'MISSING'] as const),
] satisfies readonly Status[];
export const ORDERS = [
  ...(['CREATED_AT_DESC', 'CREATED_AT_ASC', 'TITLE_ASC', 'TITLE_DESC'] as const),
  ...(['DURATION_DESC', 'DURATION_ASC', 'SIZE_DESC', 'SIZE_ASC'] as const),
] satisfies readonly Order[];
/** As probes name them; the most common ones. */
export const VIDEO_CODECS = ['h264', 'hevc', 'av1', 'vp9', 'prores', 'mpeg2video', 'mpeg4'];
export const AUDIO_CODECS = ['aac', 'ac3', 'eac3', 'opus', 'mp3', 'flac', 'pcm_s16le'];

const NEWEST: Order = 'CREATED_AT_DESC';

export interface LibrarySearch {
  text?: string;
  kind?: Kind;
  status?: Status;
  tag?: string;
  video?: string;
  audio?: string;
  /** Minutes. */
  longer?: string;
  shorter?: string;
  /** Megabytes. */
  larger?: string;
  smaller?: string;
  sort?: Order;
  view?: 'list';
}

type Name = keyof LibrarySearch;

/** What narrows the list, and is not seen at a glance: it stands behind the button. */
export const FILTERS = [
  ...(['kind', 'status', 'tag', 'video', 'audio', 'longer', 'shorter'] as const),
  ...(['larger', 'smaller'] as const),
] satisfies readonly Name[];

const among =
  <T extends string>(words: readonly T[]) =>
  (text: string): T | undefined =>
    words.find((word) => word === text);
const words = (text: string) => text.slice(0, 200) || undefined;
const amount = (text: string) =>
  Number(text) > 0 && Number.isFinite(Number(text)) ? text : undefined;

const READ: { [N in Name]: (text: string) => LibrarySearch[N] | undefined } = {
  text: words,
  kind: among(KINDS),
  status: among(STATUSES),
  tag: words,
  video: words,
  audio: words,
  longer: amount,
  shorter: amount,
  larger: amount,
  smaller: amount,
  sort: (text) => {
    const order = among(ORDERS)(text);
    return order === NEWEST ? undefined : order;
  },
  view: among(['list']),
};

/** Takes what is understood; whatever else an address says is left out. */
export function readSearch(raw: Record<string, unknown>): LibrarySearch {
  const found = Object.entries(READ).map(([name, read]) => {
    const value = raw[name];
    return [name, typeof value === 'string' ? read(value) : undefined];
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as LibrarySearch;
}

const MINUTE = 60;
const MEGABYTE = 1024 * 1024;
const times = (text: string | undefined, unit: number) =>
  text === undefined ? null : Number(text) * unit;
const bytes = (text: string | undefined) => {
  const exact = times(text, MEGABYTE);
  return exact === null ? null : Math.round(exact);
};

export function filterOf(search: LibrarySearch): Filter {
  return {
    text: search.text ?? null,
    kind: search.kind ?? null,
    status: search.status ? [search.status] : null,
    tag: search.tag ?? null,
    videoCodec: search.video ? [search.video] : null,
    audioCodec: search.audio ? [search.audio] : null,
    durationFrom: times(search.longer, MINUTE),
    durationTo: times(search.shorter, MINUTE),
    sizeFrom: bytes(search.larger),
    sizeTo: bytes(search.smaller),
  };
}

export const orderOf = (search: LibrarySearch): Order => search.sort ?? NEWEST;

export const filtersIn = (search: LibrarySearch): number =>
  FILTERS.filter((name) => search[name] !== undefined).length;

/** Whether the list shows a part of the library only. */
export const isNarrowed = (search: LibrarySearch): boolean =>
  filtersIn(search) > 0 || search.text !== undefined;
