/** The outline of the sound, as `audiowaveform` writes it (version 2), and its shape in a picture. Pure. */
import type { View } from './view';

export interface Peaks {
  /** How many stretches a second has. */
  rate: number;
  /** Of each stretch the lowest and the highest sample, in turn, from -1 to 1. */
  data: readonly number[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const positive = (value: unknown): value is number => typeof value === 'number' && value > 0;

/** Null for what is no outline. Where there are several channels, the first one stands for all. */
export function readPeaks(json: unknown): Peaks | null {
  if (!isRecord(json) || !Array.isArray(json['data'])) return null;
  const { sample_rate: hertz, samples_per_pixel: samples, bits, channels = 1 } = json;
  if (!positive(hertz) || !positive(samples) || !positive(channels)) return null;
  const loudest = bits === 16 ? 32_768 : 128;
  const all = json['data'].map((value) => Number(value) / loudest);
  const data = channels === 1 ? all : all.filter((_, at) => at % (2 * channels) < 2);
  return { rate: hertz / samples, data };
}

export const peaksEnd = ({ data, rate }: Peaks): number => data.length / 2 / rate;

/**
 * A path over `columns` units of width, from -1 above to 1 below: the loudest of each column, at least a
 * hair thick, so that silence is a line.
 */
export function outline(peaks: Peaks, { from, to }: View, columns: number): string {
  const spans: [number, number][] = [];
  const each = ((to - from) / columns) * peaks.rate;
  const last = peaks.data.length / 2;
  for (let column = 0; column < columns; column += 1) {
    const first = Math.floor(from * peaks.rate + column * each + NEARLY);
    if (first >= last) break;
    const end = Math.min(last, Math.max(first + 1, Math.floor(first + each + NEARLY)));
    spans.push(loudestOf(peaks.data, first, end));
  }
  const above = spans.map(([, high], x) => `${x} ${fixed(-high - HAIR)}`);
  const below = spans.map(([low], x) => `${x} ${fixed(-low + HAIR)}`).toReversed();
  return spans.length ? `M${[...above, ...below].join('L')}Z` : '';
}

const HAIR = 0.01;
/** 0.3 seconds of 10 a second are a little less than 3. */
const NEARLY = 1e-6;

const fixed = (value: number) => Number(value.toFixed(3));

function loudestOf(data: readonly number[], from: number, to: number): [number, number] {
  let low = 0;
  let high = 0;
  for (let at = 2 * from; at < 2 * to; at += 2) {
    low = Math.min(low, data[at] ?? 0);
    high = Math.max(high, data[at + 1] ?? 0);
  }
  return [low, high];
}
