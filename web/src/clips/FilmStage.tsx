/** The film itself, without the bar of the player: the editor has controls of its own. */
import { useEffect, useRef } from 'react';
import { messages } from '../messages';
import { useEngine } from '../player/useEngine';
import { Notice } from '../ui/parts';
import { useEditor } from './editor';
import type { FilmOutput } from './operations';

interface Props {
  source: FilmOutput | undefined;
  title: string;
  picture: boolean;
  onVideo: (video: HTMLVideoElement | null) => void;
  /** The browser has no decoder for it: make the parent choose another. */
  onUndecodable: (id: string) => void;
  /** The link has run out: make the parent ask for another. */
  refresh: () => void;
}

export function FilmStage({ source, ...props }: Props) {
  return source ? <Stage key={source.id} source={source} {...props} /> : null;
}

type StageProps = Props & { source: FilmOutput };

function Stage({ source, title, picture, onVideo, onUndecodable, refresh }: StageProps) {
  const video = useRef<HTMLVideoElement>(null);
  const streams = source.kind === 'HLS';
  const link = streams ? source.playbackUrl : source.url;
  const pictures = source.videoCodec !== null;
  const engine = useEngine(video, { source: link, streams, pictures, onNewLink: refresh });
  const { play } = useEditor();
  useEffect(() => {
    onVideo(video.current);
    return () => onVideo(null);
  }, [onVideo]);
  const { problem } = engine;
  useEffect(() => {
    if (problem === 'format') onUndecodable(source.id);
  }, [problem, onUndecodable, source.id]);
  return (
    <>
      {/* Captions would cover what is cut; keys are those of the editor around it. */}
      {/* eslint-disable-next-line jsx-a11y/media-has-caption, jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
      <video
        ref={video}
        className={picture ? 'clips__video' : 'clips__video clips__video--sound'}
        playsInline
        preload="auto"
        aria-label={messages.clips.film(title)}
        onClick={play}
      />
      {problem && (
        <Notice tone="error">
          <p>{messages.player.error[problem]}</p>
          <p>{messages.clips.typedAnyway}</p>
          <button type="button" className="button" onClick={engine.retry}>
            {messages.player.retry}
          </button>
        </Notice>
      )}
    </>
  );
}
