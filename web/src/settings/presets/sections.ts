/** What the form knows of a recipe. All else can be said in the YAML, and stays as it stands there. */
import type { Path } from './problems';
import { choicesOf } from './schema';

export interface Choice {
  path: Path;
  kind: 'choice';
  options: readonly string[];
  /** What holds where nothing is said. */
  fallback: string;
}

export interface Amount {
  path: Path;
  kind: 'number';
  /** Shown while nothing is said; null: it depends. */
  fallback: number | null;
  min: number;
  max: number;
  step: number;
}

export interface Words {
  path: Path;
  kind: 'text';
}

export interface Heights {
  path: Path;
  kind: 'heights';
}

export type Field = Choice | Amount | Words | Heights;

export interface Section {
  name: string;
  /** What stands in the recipe when it is wanted. */
  path: Path;
  value: unknown;
  fields: Field[];
}

const CODECS = choicesOf('VideoCodec');
const SOUNDS = choicesOf('AudioCodec');

const codec = (path: Path): Choice => ({ path, kind: 'choice', options: CODECS, fallback: 'H264' });
const crf = (path: Path): Amount => amount(path, null, 0, 63);

function amount(path: Path, fallback: number | null, min: number, max: number, step = 1): Amount {
  return { path, kind: 'number', fallback, min, max, step };
}

export const TIER: Choice = {
  path: ['tier'],
  kind: 'choice',
  options: choicesOf('Tier'),
  fallback: 'STANDARD',
};

export const SECTIONS: Section[] = [
  {
    name: 'ladder',
    path: ['ladder'],
    value: {},
    fields: [
      { path: ['ladder', 'rungs'], kind: 'heights' },
      codec(['ladder', 'codec']),
      crf(['ladder', 'crf']),
      amount(['ladder', 'segment_seconds'], 4, 1, 20, 0.5),
    ],
  },
  {
    name: 'mp4',
    path: ['mp4'],
    value: {},
    fields: [
      amount(['mp4', 'max_height'], 1080, 144, 4320, 2),
      codec(['mp4', 'codec']),
      crf(['mp4', 'crf']),
    ],
  },
  {
    name: 'audio',
    path: ['audio'],
    value: [{}],
    fields: [{ path: ['audio', 0, 'codec'], kind: 'choice', options: SOUNDS, fallback: 'AAC' }],
  },
  {
    name: 'poster',
    path: ['poster'],
    value: {},
    fields: [amount(['poster', 'width'], 1280, 16, 7680, 2)],
  },
  {
    name: 'sprite',
    path: ['sprite'],
    value: {},
    fields: [amount(['sprite', 'interval'], 1, 0.1, 600, 0.1)],
  },
  {
    name: 'loudness',
    path: ['loudness'],
    value: {},
    fields: [amount(['loudness', 'target'], -23, -40, -5)],
  },
  {
    name: 'transcript',
    path: ['transcript'],
    value: {},
    fields: [{ path: ['transcript', 'language'], kind: 'text' }],
  },
  { name: 'subtitles', path: ['subtitles'], value: {}, fields: [] },
];

/** Whether a part is asked for. */
export const isWanted = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;

interface Rung {
  height?: unknown;
}

export const heightsOf = (rungs: unknown): number[] =>
  Array.isArray(rungs)
    ? rungs.flatMap((rung: Rung | null) => (typeof rung?.height === 'number' ? rung.height : []))
    : [];

/** Rungs of these heights; what was said of one of them stays. Undefined for none: AUTO. */
export function withHeights(rungs: unknown, text: string): object[] | undefined {
  const known: Rung[] = Array.isArray(rungs) ? rungs : [];
  const heights = [...new Set((text.match(/\d+/g) ?? []).map(Number))];
  if (heights.length === 0) return undefined;
  return heights.map((height) => known.find((rung) => rung.height === height) ?? { height });
}
