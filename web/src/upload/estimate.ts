/**
 * How large the outputs of a recipe will be, roughly. Encoders aim at quality, so that only the
 * film decides; what is known before is the rate that a picture of this height may reach.
 */
import type { Findings } from './preflight';

export type Media = Pick<Findings, 'duration'> & {
  video: { width: number; height: number; frameRate: number | null } | null;
  audio: object | null;
};

interface Rung {
  height: number;
  video_bitrate?: number | null;
  bitrate?: number | null;
}

interface Sound {
  codec?: string;
  bitrate?: number | null;
}

interface Encoding {
  codec?: string;
  audio_bitrate?: number | null;
}

/** Of a recipe, as the server gives it, the parts that make large files. */
export interface SizedRecipe {
  ladder?: (Encoding & { rungs?: Rung[] }) | null;
  mp4?: (Encoding & { max_height?: number; bitrate?: number | null }) | null;
  audio?: Sound[] | null;
}

/** The same as the runner's: rungs, and the cap of a rung (runner/tracks.py). */
const AUTO_RUNGS: Rung[] = [1080, 720, 480, 360].map((height) => ({ height }));
const BITS: Record<string, number> = { H264: 1, HEVC: 0.7, AV1: 0.6, VP9: 0.7 };
const CAP_1080 = 5_500_000;
const DISTINCT = 0.9;

/** Of its cap, what a film needs: 0.53 to 0.59 were seen with Big Buck Bunny at three heights. */
const USED = 0.6;
const LADDER_SOUND = 128_000;
const FILE_SOUND = 160_000;

/** Bytes; null when there is nothing to say: no duration, or nothing large is asked for. */
export function estimateSize(recipe: SizedRecipe, media: Media): number | null {
  const { duration, video, audio } = media;
  const { ladder, mp4 } = recipe;
  const sounds = recipe.audio ?? [];
  if (!duration || !(ladder || mp4 || sounds.length > 0)) return null;
  const sound = (rate: number) => (audio ? rate : 0);
  let rate = sounds.reduce((sum, one) => sum + sound(one.bitrate ?? FILE_SOUND), 0);
  if (ladder) {
    rate += sound(ladder.audio_bitrate ?? LADDER_SOUND);
    if (video)
      rate += sumOf(rungsOf(ladder.rungs ?? [], video), (one) => rungRate(one, ladder, video));
  }
  if (mp4) {
    const height = Math.min(mp4.max_height ?? 1080, shorter(video));
    rate += sound(mp4.audio_bitrate ?? FILE_SOUND);
    if (video) rate += mp4.bitrate ?? rungRate({ height }, mp4, video);
  }
  return (rate * duration) / 8;
}

type Video = NonNullable<Media['video']>;

const shorter = (video: Media['video']): number =>
  video ? Math.min(video.width, video.height) : 0;

const sumOf = <T>(all: T[], value: (one: T) => number): number =>
  all.reduce((sum, one) => sum + value(one), 0);

/** Never above the source: what is higher becomes one rung of its size. */
function rungsOf(asked: Rung[], video: Video): Rung[] {
  const most = shorter(video);
  const wanted = asked.length > 0 ? asked : AUTO_RUNGS;
  const ordered = wanted.toSorted((one, other) => other.height - one.height);
  const lowestAbove = ordered.findLast((rung) => rung.height > most);
  const kept = ordered.filter((rung) => rung.height <= most);
  if (!lowestAbove) return kept;
  const top = { ...lowestAbove, height: most };
  return [top, ...kept.filter((rung) => rung.height <= most * DISTINCT)];
}

/** Bits a second. */
function rungRate(rung: Rung, { codec = 'H264' }: Encoding, video: Video): number {
  if (rung.bitrate) return rung.bitrate;
  const fast = (video.frameRate ?? 25) > 33 ? 1.5 : 1;
  const cap = CAP_1080 * (rung.height / 1080) ** 1.7 * (BITS[codec] ?? 1) * fast;
  return USED * (rung.video_bitrate ?? cap);
}
