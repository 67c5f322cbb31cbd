/**
 * One face for all players:
 *
 *   heights() choose(height)      rungs, lowest first; no more switching by itself after `choose`
 *   sounds() hear(number)         languages and names of the sounds that can be chosen
 *   texts() read(number)          the same of subtitles
 *   ended()                       whether it says that the film is over, if it has an own word for it
 *   destroy()
 *
 * Whatever a player complains about goes to `complain`, also what it gets over by itself.
 */
const ascending = (heights) => [...new Set(heights)].toSorted((a, b) => a - b);

/** Runs one of the libraries, which are no modules, and returns what it calls itself. */
async function library(path, name) {
  const script = document.createElement('script');
  script.src = path;
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error(`${path} is not there`)));
    document.head.append(script);
  });
  return globalThis[name];
}

/** What docs/how-to/encrypt-a-stream.md tells users of hls.js. */
function clearKey(Hls, url) {
  class PlaylistLoader extends Hls.DefaultConfig.loader {
    load(context, config, callbacks) {
      const onSuccess = (response, ...more) => {
        const named = response.data.replaceAll('"identity"', '"org.w3.clearkey"');
        callbacks.onSuccess({ ...response, data: named }, ...more);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  }
  const licenseUrl = new URL('key', url).href;
  return {
    pLoader: PlaylistLoader,
    emeEnabled: true,
    drmSystems: { 'org.w3.clearkey': { licenseUrl } },
  };
}

async function hlsJs(video, url, complain, encrypted) {
  const Hls = await library('/hls.js', 'Hls');
  const hls = new Hls(encrypted ? clearKey(Hls, url) : {});
  hls.on(Hls.Events.ERROR, (_, { details, error }) => {
    // It gives up itself what a switch makes useless.
    if (details !== Hls.ErrorDetails.INTERNAL_ABORTED) complain(`${details} ${error ?? ''}`);
  });
  const parsed = new Promise((resolve) => {
    hls.once(Hls.Events.MANIFEST_PARSED, resolve);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  await parsed;
  return {
    heights: () => ascending(hls.levels.map((level) => level.height).filter(Boolean)),
    choose: (height) => {
      // At once; `nextLevel` would play on what is loaded already.
      hls.currentLevel = hls.levels.findIndex((level) => level.height === height);
    },
    sounds: () => hls.audioTracks.map(({ lang, name }) => ({ language: lang ?? '', name })),
    hear: (number) => {
      hls.audioTrack = number;
    },
    texts: () => hls.subtitleTracks.map(({ lang, name }) => ({ language: lang ?? '', name })),
    read: (number) => {
      hls.subtitleDisplay = true;
      hls.subtitleTrack = number;
    },
    destroy: () => hls.destroy(),
  };
}

async function dashJs(video, url, complain) {
  const dashjs = await library('/dash.js', 'dashjs');
  const player = dashjs.MediaPlayer().create();
  const { events } = dashjs.MediaPlayer;
  player.on(events.ERROR, ({ error }) => complain(`${error.code} ${error.message}`));
  player.on(events.PLAYBACK_ERROR, ({ error }) => complain(`${error?.code} ${error?.message}`));
  player.updateSettings({ debug: { logLevel: 0 } });
  // It leaves the browser without the end of a stream where a buffer is just being changed, and
  // tells of it by itself.
  let ended = false;
  player.on(events.PLAYBACK_ENDED, () => (ended = true));
  player.on(events.PLAYBACK_SEEKING, () => (ended = false));
  const ready = new Promise((resolve) => {
    player.on(events.STREAM_INITIALIZED, resolve);
  });
  player.initialize(video, url, false);
  await ready;
  const pictures = () => player.getRepresentationsByType('video') ?? [];
  const tracks = (kind) =>
    player.getTracksFor(kind).map((track) => ({
      language: track.lang ?? '',
      name: track.labels?.[0]?.text ?? '',
    }));
  return {
    heights: () => ascending(pictures().map(({ height }) => height)),
    choose: (height) => {
      player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
      const { id } = pictures().find((one) => one.height === height);
      player.setRepresentationForTypeById('video', id, true);
    },
    sounds: () => tracks('audio'),
    hear: (number) => player.setCurrentTrack(player.getTracksFor('audio')[number]),
    texts: () => tracks('text'),
    read: (number) => player.setTextTrack(number),
    ended: () => ended,
    destroy: () => player.destroy(),
  };
}

const named = ({ language, originalLanguage, label }) => ({
  language: originalLanguage || (language === 'und' ? '' : language),
  name: label ?? '',
});

async function shakaPlayer(video, url, complain) {
  const shaka = await library('/shaka.js', 'shaka');
  const player = new shaka.Player();
  player.addEventListener('error', ({ detail }) => complain(`${detail.code} ${detail.data}`));
  await player.attach(video);
  await player.load(url).catch(({ code, data }) => {
    throw new Error(`shaka ${code} ${data}`);
  });
  // In HLS it holds subtitles back until a piece of picture comes after they were first chosen. This
  // film is so short that none would come later.
  if (player.getTextTracks().length > 0) player.selectTextTrack(player.getTextTracks()[0]);
  return {
    heights: () => ascending(player.getVideoTracks().map(({ height }) => height)),
    choose: (height) => {
      player.configure({ abr: { enabled: false } });
      player.selectVideoTrack(
        player.getVideoTracks().find((one) => one.height === height),
        true,
      );
    },
    sounds: () => player.getAudioTracks().map(named),
    hear: (number) => player.selectAudioTrack(player.getAudioTracks()[number]),
    texts: () => player.getTextTracks().map(named),
    read: (number) => player.selectTextTrack(player.getTextTracks()[number]),
    destroy: () => player.destroy(),
  };
}

export const PLAYERS = { 'hls.js': hlsJs, 'dash.js': dashJs, shaka: shakaPlayer };
