/** The streams of a file in words, from the probe as the API gives it. Pure. */
import { formatCount, languageName } from '../format';
import { messages } from '../messages';

const texts = messages.probe;

type Stream = Record<string, unknown>;

export interface StreamFacts {
  index: number;
  kind: string;
  facts: string[];
}

/** Nothing for what no probe has looked at; a field of another type than expected is left out. */
export function streamsOf(probe: unknown): { container: string; streams: StreamFacts[] } | null {
  if (!isRecord(probe) || !Array.isArray(probe['streams'])) return null;
  const streams = probe['streams'].filter(isRecord).map((stream, at) => ({
    index: number(stream, 'index') ?? at,
    kind: kindOf(stream),
    facts: factsOf(stream),
  }));
  return { container: text(probe, 'container') ?? '', streams };
}

const isRecord = (value: unknown): value is Stream =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(of: Stream, name: string): string | null {
  const value = of[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(of: Stream, name: string): number | null {
  const value = of[name];
  return typeof value === 'number' && value > 0 ? value : null;
}

function kindOf(stream: Stream): string {
  const kind = text(stream, 'kind') ?? '';
  return Object.hasOwn(texts.kinds, kind) ? texts.kinds[kind as keyof typeof texts.kinds] : kind;
}

const put = <T>(value: T | null, say: (value: T) => string) => (value === null ? '' : say(value));

function factsOf(stream: Stream): string[] {
  const [width, height] = [number(stream, 'width'), number(stream, 'height')];
  return [
    put(text(stream, 'codec'), (codec) =>
      [codec, text(stream, 'profile')].filter(Boolean).join(' '),
    ),
    width && height ? `${width} × ${height}` : '',
    put(number(stream, 'rotation'), texts.turned),
    put(number(stream, 'frame_rate'), (rate) => texts.rate(rate.toFixed(2).replace(/\.?0+$/, ''))),
    stream['variable_frame_rate'] === true ? texts.variable : '',
    put(number(stream, 'bit_depth'), texts.bits),
    put(text(stream, 'pixel_format'), String),
    put(text(stream, 'color_transfer'), String),
    put(number(stream, 'channels'), texts.channels),
    put(number(stream, 'sample_rate'), (rate) => texts.hertz(formatCount(rate))),
    put(number(stream, 'bitrate'), (rate) => texts.kbits(formatCount(Math.round(rate / 1000)))),
    put(text(stream, 'language'), languageOf),
  ].filter(Boolean);
}

/** Files hold anything there; `und` says that nobody knows. */
function languageOf(code: string): string {
  if (code === 'und') return '';
  try {
    return languageName(code);
  } catch {
    return code;
  }
}
