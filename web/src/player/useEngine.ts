/** The engine of one <video>: started for a link, started again where it failed. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import {
  AUTO,
  type Engine,
  type EngineEvents,
  playFile,
  playStream,
  type Qualities,
  type Sounds,
  type Stream,
} from './engine';
import type { PlayerProblem } from './failure';

interface Source {
  source: string;
  /** HLS, or a plain file */
  streams: boolean;
  /** Whether it should have pictures. */
  pictures?: boolean;
  /** The link has run out: make the parent ask for another. */
  onNewLink: () => void;
  /** Languages whose subtitles stand beside the stream, corrected. */
  corrected?: readonly string[];
}

const NO_QUALITIES: Qualities = { heights: [], chosen: AUTO, playing: AUTO };
const NONE: readonly string[] = [];
const NO_SOUNDS: Sounds = { all: [], chosen: -1 };

export function useEngine(
  video: RefObject<HTMLVideoElement | null>,
  { source, streams, pictures = false, onNewLink, corrected = NONE }: Source,
) {
  // Every answer of the server has a new link; the one that plays is kept until it fails.
  const [link, setLink] = useState(source);
  const [round, setRound] = useState(0);
  const [qualities, setQualities] = useState(NO_QUALITIES);
  const [sounds, setSounds] = useState(NO_SOUNDS);
  const [texts, setTexts] = useState<string[] | null>(null);
  const [missing, setMissing] = useState(false);
  const [problem, setProblem] = useState<PlayerProblem | null>(null);
  const engine = useRef<Engine | null>(null);
  const resumeAt = useRef(0);
  // What is learned of it while it plays does not begin it anew.
  const newest = useRef({ corrected, pictures });
  useEffect(() => {
    newest.current = { corrected, pictures };
  });

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const keepPlace = () => {
      element.currentTime = resumeAt.current;
    };
    // Browsers play the sound alone of a film whose picture they cannot decode.
    const mustShow = () => {
      if (newest.current.pictures && element.videoWidth === 0) setProblem('format');
    };
    element.addEventListener('loadedmetadata', keepPlace, { once: true });
    element.addEventListener('loadeddata', mustShow);
    const stop = start(
      element,
      { source: link, corrected: newest.current.corrected },
      streams,
      engine,
      {
        onQualities: setQualities,
        onSounds: setSounds,
        onTexts: setTexts,
        onProblem: setProblem,
        onMissing: setMissing,
      },
    );
    return () => {
      element.removeEventListener('loadedmetadata', keepPlace);
      element.removeEventListener('loadeddata', mustShow);
      stop();
    };
  }, [video, link, round, streams]);

  const retry = () => {
    resumeAt.current = video.current?.currentTime ?? 0;
    setProblem(null);
    setLink(source);
    setRound(round + 1);
  };

  // The parent asks for a fresh link while the message is read, so that the button has one.
  useEffect(() => {
    if (problem === 'link' || problem === 'network') onNewLink();
    // eslint-disable-next-line react/exhaustive-deps -- once for a problem, not for every render
  }, [problem]);

  const chooseHeight = (height: number) => engine.current?.chooseHeight(height);
  const chooseSound = (id: number) => engine.current?.chooseSound(id);
  return { qualities, sounds, texts, missing, problem, chooseHeight, chooseSound, retry };
}

/** Answers how to stop it, also while its code is still on the way. */
function start(
  video: HTMLVideoElement,
  stream: Stream,
  streams: boolean,
  engine: RefObject<Engine | null>,
  events: EngineEvents,
): () => void {
  const stop = new AbortController();
  void (async () => {
    const made = streams
      ? await playStream(video, stream, events, stop.signal)
      : playFile(video, stream.source, events);
    if (stop.signal.aborted) made?.destroy();
    else engine.current = made;
  })();
  return () => {
    stop.abort();
    engine.current?.destroy();
    engine.current = null;
  };
}
