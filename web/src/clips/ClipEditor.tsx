/** The editor: the film and its timeline on one side, the clips on the other, and keys for everything. */
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { announce } from '../app/announce';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { ClipList } from './ClipList';
import type { Clip } from './draft';
import { EditorContext } from './editor';
import { filmOf, sourcesOf } from './film';
import { FilmStage } from './FilmStage';
import { keyDeedOf } from './keys';
import { Missing } from './Missing';
import type { FilmAsset } from './operations';
import { StartPanel } from './StartPanel';
import { Timeline } from './Timeline';
import { Transport } from './Transport';
import { deedsOf, doKey } from './deeds';
import { useDecoders } from './useDecoders';
import { useDraft } from './useDraft';
import { usePlayback } from './usePlayback';
import { useTimelineData } from './useTimelineData';

const texts = messages.clips;

export function ClipEditor({ asset, refresh }: { asset: FilmAsset; refresh: () => void }) {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const { draft, act, elsewhere } = useDraft(asset.id);
  const jobs = asset.jobs.nodes;
  const film = useMemo(() => filmOf(asset), [asset]);
  const { decodes, fail } = useDecoders();
  const sources = useMemo(() => sourcesOf(jobs, decodes), [jobs, decodes]);
  const playback = usePlayback(video, film);
  const data = useTimelineData(sources);
  // What had the focus may be gone with a clip: the keys go on.
  const refocus = () => frame?.focus({ preventScroll: true });
  const editor = { film, draft, act, playback, say: announce, refocus };
  const deeds = deedsOf(editor);
  const [refused, setRefused] = useState<ReadonlyMap<Clip, string>>(new Map());
  const watched = sources.playable !== undefined;

  // Keys work at once, wherever in the editor the focus is.
  useEffect(() => frame?.focus({ preventScroll: true }), [frame]);

  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented) return;
    const deed = keyDeedOf(event, event.target as Element);
    if (!deed) return;
    event.preventDefault();
    doKey(deed, deeds);
  };
  return (
    <EditorContext value={{ ...editor, ...deeds }}>
      {/* The keys are those of the controls inside, wherever in the editor the focus is. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        ref={setFrame}
        className="clips"
        aria-label={texts.editor}
        tabIndex={-1}
        onKeyDown={press}
      >
        <h1>{texts.title(asset.title)}</h1>
        <div className="clips__columns">
          <div className="clips__film">
            <FilmStage
              source={sources.playable}
              title={asset.title}
              picture={film.picture}
              onVideo={setVideo}
              onUndecodable={fail}
              refresh={refresh}
            />
            <Transport watched={watched} />
            {film.duration !== null && film.duration > 0 && (
              <Timeline duration={film.duration} data={data} />
            )}
            <Missing asset={asset} sources={sources} refresh={refresh} />
          </div>
          <div className="clips__side">
            {elsewhere && <Notice tone="info">{texts.elsewhere}</Notice>}
            <ClipList watched={watched} refused={refused} />
            {draft.clips.length > 0 && <StartPanel asset={asset} onRefused={setRefused} />}
          </div>
        </div>
      </section>
    </EditorContext>
  );
}
