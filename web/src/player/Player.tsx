import { type RefObject, useEffect, useRef, useState } from 'react';
import { languageName } from '../format';
import { messages } from '../messages';
import { AlertIcon } from '../ui/icons';
import {
  AUTO,
  type Engine,
  type EngineEvents,
  playFile,
  type PlayerProblem,
  playStream,
  type Qualities,
} from './engine';

export interface Caption {
  /** ISO 639-1 */
  language: string;
  url: string;
  /** Somebody has written or corrected it. */
  saved: boolean;
}

interface PlayerProps {
  source: string;
  /** HLS, or a plain file */
  streams: boolean;
  poster: string | undefined;
  title: string;
  captions: Caption[];
  /** The link has run out: make the parent ask for another. */
  onNewLink: () => void;
}

const NOTHING: Qualities = { heights: [], chosen: AUTO, playing: AUTO };

export function Player(props: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const { qualities, texts: own, problem, choose, retry } = useEngine(video, props);
  const texts = messages.player;
  return (
    <div className="player">
      <div className="player__screen">
        {/* There are captions where the job was asked for them. */}
        {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
        <video
          ref={video}
          className="player__video"
          controls={!problem}
          playsInline
          preload="metadata"
          poster={props.poster}
          aria-label={texts.label(props.title)}
        >
          {beside(props.captions, own).map(({ language, url }) => (
            <track
              key={url}
              kind="subtitles"
              srcLang={language}
              label={languageName(language)}
              src={url}
            />
          ))}
        </video>
        {problem && (
          <div className="player__problem" role="alert">
            <AlertIcon />
            <p>{texts.error[problem]}</p>
            <button type="button" className="button" onClick={retry}>
              {texts.retry}
            </button>
          </div>
        )}
      </div>
      {qualities.heights.length > 1 && <QualityChooser qualities={qualities} choose={choose} />}
    </div>
  );
}

/** Those that the stream has not got itself; none before that is known. */
const beside = (captions: Caption[], own: string[] | null) =>
  own ? captions.filter(({ language, saved }) => saved || !own.includes(language)) : [];

function useEngine(
  video: RefObject<HTMLVideoElement | null>,
  { source, streams, onNewLink }: PlayerProps,
) {
  // Every answer of the server has a new link; the one that plays is kept until it fails.
  const [link, setLink] = useState(source);
  const [round, setRound] = useState(0);
  const [qualities, setQualities] = useState(NOTHING);
  const [texts, setTexts] = useState<string[] | null>(null);
  const [problem, setProblem] = useState<PlayerProblem | null>(null);
  const engine = useRef<Engine | null>(null);
  const resumeAt = useRef(0);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const stop = new AbortController();
    const events: EngineEvents = {
      onQualities: setQualities,
      onTexts: setTexts,
      onProblem: setProblem,
    };
    const keepPlace = () => {
      element.currentTime = resumeAt.current;
    };
    element.addEventListener('loadedmetadata', keepPlace, { once: true });
    void (async () => {
      const made = streams
        ? await playStream(element, link, events, stop.signal)
        : playFile(element, link, events);
      if (stop.signal.aborted) made?.destroy();
      else engine.current = made;
    })();
    return () => {
      stop.abort();
      element.removeEventListener('loadedmetadata', keepPlace);
      engine.current?.destroy();
      engine.current = null;
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

  const choose = (height: number) => engine.current?.choose(height);
  return { qualities, texts, problem, choose, retry };
}

function QualityChooser({
  qualities: { heights, chosen, playing },
  choose,
}: {
  qualities: Qualities;
  choose: (height: number) => void;
}) {
  const texts = messages.player;
  const auto = chosen === AUTO && playing !== AUTO ? texts.autoNow(playing) : texts.auto;
  return (
    <label className="player__quality">
      <span>{texts.quality}</span>
      <select value={chosen} onChange={(event) => choose(Number(event.target.value))}>
        <option value={AUTO}>{auto}</option>
        {heights.map((height) => (
          <option key={height} value={height}>
            {texts.height(height)}
          </option>
        ))}
      </select>
    </label>
  );
}
