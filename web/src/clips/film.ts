/** What is known of the film that clips are cut from, and what there is to choose them by. Pure. */
import type { VariablesOf } from '../graphql';
import type { FilmAsset, FilmJob, FilmOutput, StartJob } from './operations';
import { exactRate, type Rate } from './time';

type Recipe = NonNullable<VariablesOf<typeof StartJob>['input']['recipe']>;

export interface Film {
  /** Null where the frames come at no even pace, too. */
  rate: Rate;
  /** Seconds that a frame takes on average, where they come at no even pace. */
  uneven: number | null;
  /** Null where nobody has looked yet. */
  duration: number | null;
  picture: boolean;
  sound: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export function filmOf({
  probe,
  duration,
  kind,
}: Pick<FilmAsset, 'probe' | 'duration' | 'kind'>): Film {
  const found = isRecord(probe) && Array.isArray(probe['streams']) ? probe['streams'] : null;
  if (!found) return { rate: null, uneven: null, duration, picture: kind === 'VIDEO', sound: true };
  const streams = found.filter(isRecord);
  // A cover of an album is no film.
  const picture = streams.find(
    (one) => one['kind'] === 'VIDEO' && one['attached_picture'] !== true,
  );
  const rate = picture?.['frame_rate'];
  const known = typeof rate === 'number' && rate > 0 ? exactRate(rate) : null;
  const varies = picture?.['variable_frame_rate'] === true;
  return {
    rate: varies ? null : known,
    uneven: varies && known ? 1 / known : null,
    duration,
    picture: picture !== undefined,
    sound: streams.some((one) => one['kind'] === 'AUDIO'),
  };
}

export interface Sources {
  playable: FilmOutput | undefined;
  /** What would be watched instead, in a browser that decodes it. */
  undecodable: FilmOutput | undefined;
  peaks: FilmOutput | undefined;
  /** WebVTT: which picture belongs to which seconds */
  index: FilmOutput | undefined;
}

/** What can be watched, the best first. */
const WATCHED = ['HLS', 'MP4', 'AUDIO'] as const;

/**
 * The newest of each that has the times of the source: joined films have others. `decodes` tells what this
 * browser can show.
 */
export function sourcesOf(
  jobs: readonly FilmJob[],
  decodes: (output: FilmOutput) => boolean,
): Sources {
  const outputs = jobs.filter(({ recipe }) => !isJoined(recipe)).flatMap((job) => job.outputs);
  const newest = (kind: FilmOutput['kind']) => outputs.find((output) => output.kind === kind);
  const watched = WATCHED.flatMap((kind) => outputs.filter((output) => output.kind === kind));
  const playable = watched.find(decodes);
  // Sound alone does not show where to cut.
  const seen = playable !== undefined && playable.kind !== 'AUDIO';
  return {
    playable,
    undecodable: seen ? undefined : watched.find((output) => !decodes(output)),
    peaks: newest('PEAKS'),
    index: newest('VTT'),
  };
}

const isJoined = (recipe: unknown): boolean => isRecord(recipe) && isRecord(recipe['join']);

/** About as many pictures as anybody looks at, and a second apart at least where there is time. */
const PICTURES = 1200;
const SHORT_SECONDS = 60;
/** Above this an outline of many points would be megabytes. */
const LONG_SECONDS = 1200;

const intervalOf = (seconds: number): number =>
  seconds <= SHORT_SECONDS ? 0.5 : Math.min(600, Math.ceil(seconds / PICTURES));

/** Makes what is missing of pictures and waveform; null where there is nothing to make. */
export function missingRecipe(film: Film, { peaks, index }: Sources): Recipe | null {
  const seconds = film.duration ?? SHORT_SECONDS;
  const sprite = film.picture && !index ? { sprite: { interval: intervalOf(seconds) } } : {};
  const waveform =
    film.sound && !peaks ? { waveform: { points: seconds > LONG_SECONDS ? 10 : 20 } } : {};
  const recipe = { ...sprite, ...waveform };
  return Object.keys(recipe).length > 0 ? recipe : null;
}
