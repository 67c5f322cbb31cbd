/** The film beside the text: where it is, and how to lead it elsewhere. Times in milliseconds. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { createStore, type Store } from '../app/store';
import { cueAt } from './place';
import { toSource } from './text';
import type { Cue } from './vtt';

export interface Film {
  video: HTMLVideoElement | null;
  /** For the player, which has the element. */
  attach: (video: HTMLVideoElement | null) => void;
  now: () => number;
  seek: (time: number) => void;
  toggle: () => void;
}

export function useFilm(): Film {
  const [video, attach] = useState<HTMLVideoElement | null>(null);
  // Where somebody wants to be in a film that is not there yet.
  const [wanted] = useState(() => createStore<number | null>(null));
  useEffect(() => {
    if (!video) return;
    // Behind the player's own listener, which leads to the beginning.
    const go = () => {
      const time = wanted.get();
      wanted.set(null);
      if (time !== null) lead(video, time);
    };
    if (isThere(video)) go();
    video.addEventListener('loadedmetadata', go);
    return () => video.removeEventListener('loadedmetadata', go);
  }, [video, wanted]);
  return useMemo(() => filmOf(video, attach, wanted), [video, wanted]);
}

/** One whose length is not known yet begins at its beginning, whatever it was told before. */
const isThere = (video: HTMLVideoElement) => video.readyState !== HTMLMediaElement.HAVE_NOTHING;

const lead = (video: HTMLVideoElement, time: number) => {
  video.currentTime = time / 1000;
};

const filmOf = (
  video: HTMLVideoElement | null,
  attach: Film['attach'],
  wanted: Store<number | null>,
): Film => ({
  video,
  attach,
  now: () => wanted.get() ?? Math.round((video?.currentTime ?? 0) * 1000),
  seek: (time) => {
    if (video && isThere(video)) lead(video, time);
    else wanted.set(time);
  },
  toggle: () => {
    if (video?.paused) void video.play();
    else video?.pause();
  },
});

const MOVES = ['timeupdate', 'seeking', 'seeked', 'loadedmetadata'];

/** The cue that is shown now. */
export function useCurrent({ video, now }: Film, cues: Cue[]): number | null {
  const subscribe = useCallback(
    (listener: () => void) => {
      for (const move of MOVES) video?.addEventListener(move, listener);
      return () => {
        for (const move of MOVES) video?.removeEventListener(move, listener);
      };
    },
    [video],
  );
  return useSyncExternalStore(subscribe, () => cueAt(cues, now()));
}

/** Shows the cues in the player as they are on the page, saved or not. */
export function useLiveTrack(
  video: HTMLVideoElement | null,
  cues: Cue[],
  language: string,
  label: string,
): void {
  const live = useRef<LiveTrack | null>(null);
  useEffect(() => {
    if (!video) return;
    const made = liveTrack(video, language, label);
    live.current = made;
    return made.end;
  }, [video, language, label]);
  // Behind the one above, which has made the track by then.
  useEffect(() => {
    if (video) live.current?.show(cues);
  }, [video, cues]);
}

interface LiveTrack {
  show: (cues: Cue[]) => void;
  end: () => void;
}

function liveTrack(video: HTMLVideoElement, language: string, label: string): LiveTrack {
  const track = video.addTextTrack('subtitles', label, language);
  track.mode = 'showing';
  const shown = new Map<number, { from: Cue; cue: VTTCue }>();
  // An engine that opens a stream empties every text track of its <video>.
  const fill = () => {
    for (const { cue } of shown.values()) if (!cue.track) track.addCue(cue);
  };
  video.addEventListener('loadedmetadata', fill);
  // The stream may show a text of its own by itself: two at once are none.
  const alone = () => {
    if (track.mode !== 'showing') return;
    for (const other of video.textTracks)
      if (other !== track && other.mode === 'showing' && other.kind !== 'metadata')
        other.mode = 'disabled';
  };
  video.textTracks.addEventListener('change', alone);
  const drop = (id: number, cue: VTTCue) => {
    if (cue.track) track.removeCue(cue);
    shown.delete(id);
  };
  return {
    show: (cues) => {
      const ids = new Set(cues.map(({ id }) => id));
      for (const [id, { cue }] of shown) if (!ids.has(id)) drop(id, cue);
      for (const one of cues) {
        const before = shown.get(one.id);
        if (before?.from === one) continue;
        if (before) drop(one.id, before.cue);
        const cue = new VTTCue(one.start / 1000, one.end / 1000, toSource(one.text));
        shown.set(one.id, { from: one, cue });
      }
      fill();
    },
    end: () => {
      video.removeEventListener('loadedmetadata', fill);
      video.textTracks.removeEventListener('change', alone);
      for (const [id, { cue }] of shown) drop(id, cue);
      track.mode = 'disabled';
    },
  };
}
