/** Plays an HLS stream in a <video>, by hls.js or by the browser itself. */
import type Hls from 'hls.js';
import type { ErrorData, HlsConfig, PlaylistLoaderConstructor } from 'hls.js';
import { arriving } from '../app/arriving';
import { clearKey } from './clearKey';
import { lacksDecoder, linkIsOver, type PlayerProblem, problemOfFile } from './failure';
import { comesBack, Nurse } from './nurse';
import { withoutCorrected } from './texts';

/** Heights that can be chosen, highest first; `chosen` and `playing` are -1 for automatic, unknown. */
export interface Qualities {
  heights: number[];
  chosen: number;
  playing: number;
}

/** A sound that can be chosen, where a stream has several. */
export interface Sound {
  id: number;
  name: string;
  /** As the stream says it: ISO 639-1 or -2 */
  language: string;
}

export interface Sounds {
  all: Sound[];
  chosen: number;
}

export interface EngineEvents {
  onQualities: (qualities: Qualities) => void;
  onSounds: (sounds: Sounds) => void;
  /** The languages of the subtitles that the stream has itself, as soon as that is known. */
  onTexts: (languages: string[]) => void;
  onProblem: (problem: PlayerProblem) => void;
  /** Whether the server or the store is silent: what is missing is asked for until it comes. */
  onMissing: (missing: boolean) => void;
}

export interface Engine {
  chooseHeight: (height: number) => void;
  chooseSound: (id: number) => void;
  destroy: () => void;
}

export const AUTO = -1;
const HLS_TYPE = 'application/vnd.apple.mpegurl';
const RESCUES = 2;
const PATIENCE_MS = 10_000;

export interface Stream {
  source: string;
  /** Languages whose subtitles somebody has corrected: the stream's own are not offered beside those. */
  corrected: readonly string[];
}

/** hls.js where it runs, because it lets people choose the quality; else the browser's own. */
export async function playStream(
  video: HTMLVideoElement,
  stream: Stream,
  events: EngineEvents,
  signal: AbortSignal,
): Promise<Engine | null> {
  const loaded = await arriving(() => import('hls.js')).catch(() => null);
  if (signal.aborted) return null;
  if (loaded?.default.isSupported()) return attach(loaded.default, video, stream, events);
  if (video.canPlayType(HLS_TYPE)) return playFile(video, stream.source, events);
  events.onProblem(loaded ? 'unsupported' : 'code');
  return null;
}

/** A file, or a stream that the browser reads without help. */
export function playFile(video: HTMLVideoElement, source: string, events: EngineEvents): Engine {
  const nurse = new Nurse(events.onMissing, () => loadAgain(video, source));
  const over = new AbortController();
  const failed = async () => {
    const problem = problemOfFile(video.error?.code, await statusOf(source, over.signal));
    if (over.signal.aborted) return;
    if (problem === 'network') void nurse.whereAway(() => events.onProblem('network'));
    else events.onProblem(problem);
  };
  const told = () => void failed();
  const arrived = () => nurse.arrived();
  video.addEventListener('error', told);
  video.addEventListener('loadeddata', arrived);
  video.src = source;
  events.onTexts([]);
  return {
    chooseHeight: () => undefined,
    chooseSound: () => undefined,
    destroy: () => {
      over.abort();
      nurse.end();
      video.removeEventListener('error', told);
      video.removeEventListener('loadeddata', arrived);
      video.removeAttribute('src');
      video.load();
    },
  };
}

/** What the server says to a link; 0 without an answer. The bytes themselves are not wanted. */
async function statusOf(source: string, over: AbortSignal): Promise<number> {
  const enough = new AbortController();
  const signal = AbortSignal.any([over, enough.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const { status } = await fetch(source, { signal });
    return status;
  } catch {
    return 0;
  } finally {
    enough.abort();
  }
}

/** From where it was, and playing if it was. */
function loadAgain(video: HTMLVideoElement, source: string): void {
  const { currentTime, paused } = video;
  video.src = source;
  video.currentTime = currentTime;
  if (!paused) video.play().catch(() => undefined);
}

function attach(
  Library: typeof Hls,
  video: HTMLVideoElement,
  { source, corrected }: Stream,
  events: EngineEvents,
): Engine {
  const hls = new Library({
    capLevelToPlayerSize: true,
    backBufferLength: 60,
    ...clearKey(Library, source),
    ...textsOf(Library, corrected),
  });
  const tell = () => events.onQualities(qualitiesOf(hls));
  const tellSounds = () => events.onSounds(soundsOf(hls));
  hls.on(Library.Events.MANIFEST_PARSED, (_, { subtitleTracks }) => {
    tell();
    events.onTexts(subtitleTracks.map((track) => track.lang ?? ''));
  });
  hls.on(Library.Events.LEVEL_SWITCHED, tell);
  hls.on(Library.Events.AUDIO_TRACKS_UPDATED, tellSounds);
  hls.on(Library.Events.AUDIO_TRACK_SWITCHED, tellSounds);
  const nurse = new Nurse(events.onMissing, () => {
    // Before its first answer there is nothing that could go on.
    if (hls.levels.length === 0) hls.loadSource(source);
    else hls.startLoad();
  });
  hls.on(Library.Events.ERROR, rescuer(Library, hls, events, nurse));
  for (const one of [Library.Events.FRAG_LOADED, Library.Events.MANIFEST_LOADED] as const)
    hls.on(one, () => nurse.arrived());
  hls.loadSource(source);
  hls.attachMedia(video);
  return {
    chooseHeight: (height) => {
      const level = hls.levels.findLastIndex((one) => one.height === height);
      // What somebody chose should be seen at once; going back to automatic has time.
      if (level === AUTO) hls.nextLevel = level;
      else hls.currentLevel = level;
      tell();
    },
    chooseSound: (id) => {
      hls.audioTrack = id;
    },
    destroy: () => {
      nurse.end();
      hls.destroy();
    },
  };
}

/** Takes texts out of the main playlist before hls.js makes tracks of them, which cannot be taken back. */
function textsOf(Library: typeof Hls, corrected: readonly string[]): Partial<HlsConfig> {
  if (corrected.length === 0) return {};
  const Loader = Library.DefaultConfig.loader;
  class WithoutCorrected extends Loader {
    override load(
      ...[context, config, callbacks]: Parameters<InstanceType<typeof Loader>['load']>
    ) {
      super.load(context, config, {
        ...callbacks,
        onSuccess: (response, ...more) => {
          if (typeof response.data === 'string')
            response.data = withoutCorrected(response.data, corrected);
          callbacks.onSuccess(response, ...more);
        },
      });
    }
  }
  return { pLoader: WithoutCorrected as unknown as PlaylistLoaderConstructor };
}

function qualitiesOf(hls: Hls): Qualities {
  const heights = [...new Set(hls.levels.map((level) => level.height))];
  return {
    heights: heights.filter((height) => height > 0).toSorted((a, b) => b - a),
    chosen: hls.levels[hls.manualLevel]?.height ?? AUTO,
    playing: hls.levels[hls.currentLevel]?.height ?? AUTO,
  };
}

const soundsOf = (hls: Hls): Sounds => ({
  all: hls.audioTracks.map(({ id, name, lang }) => ({ id, name, language: lang ?? '' })),
  chosen: hls.audioTrack,
});

/** Tries what hls.js recommends against fatal errors a few times, then says what is wrong. */
function rescuer(Library: typeof Hls, hls: Hls, { onProblem }: EngineEvents, nurse: Nurse) {
  let rescues = 0;
  return (_: unknown, error: ErrorData) => {
    const status = error.response?.code ?? 0;
    if (error.type === Library.ErrorTypes.NETWORK_ERROR && comesBack(status)) {
      void nurse.missed(error.fatal);
      return;
    }
    if (!error.fatal) return;
    if (linkIsOver(status)) onProblem('link');
    else if (lacksDecoder(error.details)) onProblem('format');
    else if (error.type === Library.ErrorTypes.KEY_SYSTEM_ERROR) onProblem('key');
    else if (error.type === Library.ErrorTypes.NETWORK_ERROR) onProblem('network');
    else if (error.type === Library.ErrorTypes.MEDIA_ERROR && rescues < RESCUES) {
      rescues += 1;
      hls.recoverMediaError();
    } else onProblem('media');
  };
}
