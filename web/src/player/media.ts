/**
 * The state of the <video>, by Media Chrome's store. Its elements are not used: they carry <style>
 * inside, which the content security policy forbids.
 */
import {
  MediaActionTypes as ask,
  type MediaState,
  useMediaSelector,
  useMediaStore,
} from 'media-chrome/react/media-store';
import { type RefObject, useEffect, useMemo } from 'react';

type Store = NonNullable<ReturnType<typeof useMediaStore>>;
export type Subtitle = MediaState['mediaSubtitlesList'][number];
export type Actions = ReturnType<typeof actionsOf>;

/** How its thumbnails are found among the tracks of a <video>. */
export const THUMBNAILS = 'thumbnails';

/** Reads the state; before the store is there it is empty. */
export const useMedia = <T>(select: (state: Partial<MediaState>) => T): T =>
  useMediaSelector((state) => select(state ?? {}));

export function useStoreOf(
  video: RefObject<HTMLVideoElement | null>,
  frame: RefObject<HTMLElement | null>,
): void {
  const store = useMediaStore();
  useEffect(() => {
    const tell = (media: HTMLVideoElement | null, full: HTMLElement | null) => {
      store?.dispatch({ type: ask.MEDIA_ELEMENT_CHANGE_REQUEST, detail: media });
      store?.dispatch({ type: ask.FULLSCREEN_ELEMENT_CHANGE_REQUEST, detail: full });
    };
    tell(video.current, frame.current);
    return () => tell(null, null);
  }, [store, video, frame]);
}

export function useActions(): Actions {
  const store = useMediaStore();
  if (!store) throw new Error('outside of a MediaProvider');
  return useMemo(() => actionsOf(store), [store]);
}

function actionsOf(store: Store) {
  const send = (type: string, detail?: unknown) => store.dispatch({ type, detail });
  const now = () => store.getState();
  // The state is told of a seek a moment later: keys that follow it at once go on from its goal.
  let asked: { seen: number | undefined; goal: number } | undefined;
  const position = () => {
    const seen = now().mediaCurrentTime;
    return asked && asked.seen === seen ? asked.goal : (seen ?? 0);
  };
  const seekTo = (seconds: number) => {
    const goal = Math.min(Math.max(0, seconds), now().mediaDuration || 0);
    asked = { seen: now().mediaCurrentTime, goal };
    send(ask.MEDIA_SEEK_REQUEST, goal);
  };
  const setVolume = (volume: number) =>
    send(ask.MEDIA_VOLUME_REQUEST, Math.min(1, Math.max(0, volume)));
  return {
    seekTo,
    setVolume,
    seekBy: (seconds: number) => seekTo(position() + seconds),
    louder: (by: number) => setVolume((now().mediaVolume ?? 1) + by),
    setRate: (rate: number) => send(ask.MEDIA_PLAYBACK_RATE_REQUEST, rate),
    preview: (seconds: number | null) => send(ask.MEDIA_PREVIEW_REQUEST, seconds),
    togglePlay: () => send(now().mediaPaused ? ask.MEDIA_PLAY_REQUEST : ask.MEDIA_PAUSE_REQUEST),
    toggleMute: () =>
      send(now().mediaVolumeLevel === 'off' ? ask.MEDIA_UNMUTE_REQUEST : ask.MEDIA_MUTE_REQUEST),
    toggleFullscreen: () =>
      send(
        now().mediaIsFullscreen
          ? ask.MEDIA_EXIT_FULLSCREEN_REQUEST
          : ask.MEDIA_ENTER_FULLSCREEN_REQUEST,
      ),
    togglePip: () =>
      send(now().mediaIsPip ? ask.MEDIA_EXIT_PIP_REQUEST : ask.MEDIA_ENTER_PIP_REQUEST),
    toggleSubtitles: () => send(ask.MEDIA_TOGGLE_SUBTITLES_REQUEST),
    showSubtitles: (track: Subtitle | null) => {
      send(ask.MEDIA_DISABLE_SUBTITLES_REQUEST, now().mediaSubtitlesShowing);
      if (track) send(ask.MEDIA_SHOW_SUBTITLES_REQUEST, track);
    },
  };
}
