/** A film with everything that one does with it. A chunk of its own, loaded when one is shown. */
import { MediaProvider } from 'media-chrome/react/media-store';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { languageName } from '../format';
import { messages } from '../messages';
import { AlertIcon, PlayIcon } from '../ui/icons';
import { Controls } from './Controls';
import type { PlayerProblem } from './failure';
import { deedOf } from './keys';
import { THUMBNAILS, useActions, useMedia, useStoreOf } from './media';
import './player.css';
import { useEngine } from './useEngine';
import { useIdle } from './useIdle';

export interface Caption {
  /** ISO 639-1 */
  language: string;
  url: string;
  /** Somebody has written or corrected it. */
  saved: boolean;
}

export interface PlayerProps {
  source: string;
  /** HLS, or a plain file */
  streams: boolean;
  /** Whether it should have pictures; where nobody knows, sound alone is no problem. */
  pictures?: boolean;
  poster: string | undefined;
  /** WebVTT: which part of which picture belongs to which seconds */
  thumbnails: string | undefined;
  title: string;
  captions: Caption[];
  /** The link has run out: make the parent ask for another. */
  onNewLink: () => void;
  /** For what stands beside the film and goes with it. */
  onVideo?: ((video: HTMLVideoElement | null) => void) | undefined;
}

const texts = messages.player;

export function Player(props: PlayerProps) {
  return (
    <MediaProvider>
      <Stage {...props} />
    </MediaProvider>
  );
}

function Stage(props: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLElement>(null);
  const engine = useEngine(video, { ...props, corrected: correctedIn(props.captions) });
  useStoreOf(video, frame);
  const { onVideo } = props;
  useEffect(() => {
    onVideo?.(video.current);
    return () => onVideo?.(null);
  }, [onVideo]);
  const actions = useActions();
  const full = useMedia((state) => state.mediaIsFullscreen ?? false);
  const idle = useIdle(frame, full);

  const press = (event: KeyboardEvent<HTMLElement>) => {
    const deed = deedOf(event, event.target as Element);
    if (!deed || engine.problem) return;
    event.preventDefault();
    deed(actions);
  };
  return (
    // The keys are those of the controls inside, wherever in the player the focus is.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={frame}
      className={`player${full ? ' player--full' : ''}${idle ? ' player--idle' : ''}`}
      aria-label={texts.label(props.title)}
      onKeyDown={press}
    >
      <div className="player__screen">
        {/* There are captions where the job was asked for them. */}
        {/* eslint-disable-next-line jsx-a11y/media-has-caption, jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
        <video
          ref={video}
          className="player__video"
          playsInline
          preload="metadata"
          poster={props.poster}
          aria-label={props.title}
          onClick={actions.togglePlay}
          onDoubleClick={actions.toggleFullscreen}
        >
          <Tracks {...props} own={engine.texts} />
        </video>
        {engine.problem ? (
          <Problem problem={engine.problem} retry={engine.retry} />
        ) : (
          <Overlay missing={engine.missing} />
        )}
      </div>
      {!engine.problem && <Controls {...engine} />}
    </section>
  );
}

const correctedIn = (captions: readonly Caption[]): string[] =>
  captions.filter(({ saved }) => saved).map(({ language }) => language);

interface TracksProps extends Pick<PlayerProps, 'captions' | 'thumbnails'> {
  /** Languages that the stream has itself; null before that is known. */
  own: string[] | null;
}

function Tracks({ captions, thumbnails, own }: TracksProps) {
  // A text that was made is not offered beside the one that corrects it.
  const offered = new Set([...(own ?? []), ...correctedIn(captions)]);
  const beside = own
    ? captions.filter(({ language, saved }) => saved || !offered.has(language))
    : [];
  return (
    <>
      {beside.map(({ language, url }) => (
        <track
          key={url}
          kind="subtitles"
          srcLang={language}
          label={languageName(language)}
          src={url}
        />
      ))}
      {thumbnails && <track kind="metadata" label={THUMBNAILS} src={thumbnails} default />}
    </>
  );
}

/** Over the picture: how to begin, or that it waits for bytes, and why. */
function Overlay({ missing }: { missing: boolean }) {
  const begun = useMedia((state) => state.mediaHasPlayed ?? false);
  const waits = useMedia((state) => Boolean(state.mediaLoading && !state.mediaPaused));
  const { togglePlay } = useActions();
  if (waits && missing)
    return (
      <p className="player__missing" role="status">
        <span className="player__turning" />
        {texts.missing}
      </p>
    );
  if (waits) return <span className="player__wait" role="status" aria-label={texts.waits} />;
  if (begun) return null;
  return (
    // The bar has the same, for those who do not see this one.
    <button
      type="button"
      className="player__begin"
      tabIndex={-1}
      aria-hidden="true"
      onClick={togglePlay}
    >
      <PlayIcon />
    </button>
  );
}

function Problem({ problem, retry }: { problem: PlayerProblem; retry: () => void }) {
  return (
    <div className="player__problem" role="alert">
      <AlertIcon />
      <p>{texts.error[problem]}</p>
      <button type="button" className="button" onClick={retry}>
        {texts.retry}
      </button>
    </div>
  );
}
