/** The film, and where it is: to a frame, from one point to another, and the same without a picture. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { createStore, type Store } from '../app/store';
import type { Film } from './film';
import { INSIDE, walker } from './frames';
import { clamp, middleOf, type Rate, snapped, stepOf, stepped } from './time';

interface Span {
  start: number;
  /** Exclusive */
  end: number;
}

export interface Playback {
  /** Seconds; a store of its own, because it changes with every frame. */
  at: Store<number>;
  playing: boolean;
  loop: boolean;
  setLoop: (loop: boolean) => void;
  seek: (seconds: number) => void;
  step: (frames: number) => void;
  toggle: () => void;
  preview: (span: Span) => void;
}

export function usePlayback(
  video: HTMLVideoElement | null,
  { rate, uneven, duration }: Pick<Film, 'rate' | 'uneven' | 'duration'>,
): Playback {
  const [at] = useState(() => createStore(0));
  const [playing, setPlaying] = useState(false);
  const [loop, setLoop] = useState(false);
  const span = useRef<Span | null>(null);

  const frames = useWalker(video, at, { uneven, duration });
  const controls = useMemo(() => {
    const seek = (seconds: number) => {
      const goal = clamp(seconds, 0, duration ?? Infinity);
      span.current = null;
      at.set(goal);
      if (frames) void frames.settle(goal);
      else show(video, goal, rate);
    };
    return {
      seek,
      step: (count: number) => {
        if (frames && video?.paused) frames.step(count);
        else seek(stepped(at.get(), rate, count));
      },
      toggle: () => {
        span.current = null;
        if (video?.paused) void play(video);
        else video?.pause();
      },
      preview: (wanted: Span) => {
        seek(wanted.start);
        span.current = wanted;
        if (video) void play(video);
      },
    };
  }, [video, at, rate, duration, frames]);

  useFollow(video, at, rate, (element) => {
    const now = span.current;
    if (!now || (element.currentTime < now.end && !element.ended)) return false;
    if (loop) controls.preview(now);
    else {
      element.pause();
      controls.seek(Math.max(now.start, now.end - (frames ? INSIDE : stepOf(rate))));
    }
    return true;
  });
  usePlaying(video, setPlaying);

  return { at, playing, loop, setLoop, ...controls };
}

/** Only for frames at no even pace, and where a browser tells what it presents. */
function useWalker(
  video: HTMLVideoElement | null,
  at: Store<number>,
  { uneven, duration }: Pick<Film, 'uneven' | 'duration'>,
) {
  const frames = useMemo(
    () =>
      video && 'requestVideoFrameCallback' in video && uneven !== null && duration !== null
        ? walker({ video, at, usual: uneven, duration })
        : null,
    [video, at, uneven, duration],
  );
  useEffect(() => {
    const settle = () => video && void frames?.settle(video.currentTime);
    video?.addEventListener('pause', settle);
    return () => video?.removeEventListener('pause', settle);
  }, [video, frames]);
  return frames;
}

function show(video: HTMLVideoElement | null, seconds: number, rate: Rate): void {
  if (!video) return;
  const goal = middleOf(seconds, rate);
  const last = Number.isFinite(video.duration) ? video.duration : goal;
  video.currentTime = Math.min(goal, last);
}

/** What has no picture yet, or was stopped meanwhile, is no trouble: the button still says "Play". */
async function play(video: HTMLVideoElement): Promise<void> {
  await video.play().catch(() => undefined);
}

/** Reads the position while the film runs. `onFrame` answers whether it has moved it itself. */
function useFollow(
  element: HTMLVideoElement | null,
  at: Store<number>,
  rate: Rate,
  onFrame: (video: HTMLVideoElement) => boolean,
): void {
  const newest = useRef(onFrame);
  useEffect(() => {
    newest.current = onFrame;
  });
  useEffect(() => {
    if (!element) return;
    let frame = 0;
    const look = () => {
      if (element.seeking || element.paused) return;
      if (!newest.current(element)) at.set(snapped(element.currentTime, rate));
    };
    const run = () => {
      look();
      frame = element.paused ? 0 : requestAnimationFrame(run);
    };
    const start = () => {
      frame ||= requestAnimationFrame(run);
    };
    const stop = () => {
      if (!element.ended || !newest.current(element)) at.set(snapped(element.currentTime, rate));
    };
    const place = () => show(element, at.get(), rate);
    element.addEventListener('play', start);
    element.addEventListener('pause', stop);
    element.addEventListener('ended', stop);
    // Pages that are out of sight have no frames.
    element.addEventListener('timeupdate', look);
    element.addEventListener('loadedmetadata', place);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('play', start);
      element.removeEventListener('pause', stop);
      element.removeEventListener('ended', stop);
      element.removeEventListener('timeupdate', look);
      element.removeEventListener('loadedmetadata', place);
    };
  }, [element, at, rate]);
}

function usePlaying(video: HTMLVideoElement | null, setPlaying: (playing: boolean) => void): void {
  useEffect(() => {
    if (!video) return;
    const tell = () => setPlaying(!video.paused);
    const events = ['play', 'pause', 'ended', 'emptied'];
    for (const name of events) video.addEventListener(name, tell);
    return () => {
      for (const name of events) video.removeEventListener(name, tell);
      setPlaying(false);
    };
  }, [video, setPlaying]);
}
