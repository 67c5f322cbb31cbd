/** What the test asks of the page: one player at a time, and what is seen and heard of it. */
import { PLAYERS } from './players.js';

const video = document.querySelector('video');
const complaints = [];
let player;
let ear;

/** Waits until `happened` says so, looking at every frame; raises with `what` otherwise. */
function until(happened, what, seconds = 20) {
  return new Promise((resolve, reject) => {
    const end = performance.now() + seconds * 1000;
    const look = () => {
      if (happened()) return resolve();
      if (performance.now() > end) return reject(new Error(what()));
      return requestAnimationFrame(look);
    };
    look();
  });
}

/** The same while the film plays, again and again if it must; it stands still behind it. A look from
 * outside may take seconds on a busy machine, so nothing plays on between two steps. */
async function untilPlaying(happened, what) {
  video.loop = true;
  await video.play();
  await until(happened, what);
  video.pause();
  video.loop = false;
}

/** Red, green and blue of the middle of a picture. */
function middle(picture, width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  // So little that it lies in the picture where there are bars beside it.
  const [left, top, wide, high] = [0.4 * width, 0.4 * height, 0.2 * width, 0.2 * height];
  context.drawImage(picture, left, top, wide, high, 0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data).slice(0, 3);
}

const colour = () => middle(video, video.videoWidth, video.videoHeight);

/** The strongest frequency that is heard now, in hertz; 0 when it is silent. */
function hertz() {
  const loud = new Uint8Array(ear.frequencyBinCount);
  ear.getByteFrequencyData(loud);
  const bin = loud.indexOf(Math.max(...loud));
  return loud[bin] < 20 ? 0 : (bin * ear.context.sampleRate) / ear.fftSize;
}

/** Every line of subtitles that stands on the picture now. */
const written = () =>
  [...video.textTracks]
    .filter((track) => track.mode === 'showing')
    .flatMap((track) => [...(track.activeCues ?? [])].map((cue) => cue.text))
    .join('|');

function listen() {
  const context = new AudioContext();
  ear = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaElementSource(video).connect(ear);
}

globalThis.reelmill = {
  complaints,
  async open(name, url, encrypted) {
    listen();
    player = await PLAYERS[name](video, url, (what) => complaints.push(what), encrypted);
    await until(
      () => video.readyState >= 2,
      () => `nothing to show: ${complaints}`,
    );
    return { duration: video.duration, heights: player.heights() };
  },
  /** Plays until the film is at `seconds`, and says where it stands then. */
  async playUntil(seconds) {
    await untilPlaying(
      () => video.currentTime >= seconds,
      () => `still at ${video.currentTime}: ${complaints}`,
    );
    return video.currentTime;
  },
  /** Lands on the very time, with a picture. */
  async seek(seconds) {
    video.currentTime = seconds;
    await until(
      () => !video.seeking && video.readyState >= 2,
      () => `the seek to ${seconds} s does not end: ${complaints}`,
    );
    return video.currentTime;
  },
  /** Until the middle of the picture has this colour, which a decoder may miss by a little. */
  see: (wanted) =>
    until(
      () => colour().every((shade, place) => Math.abs(shade - wanted[place]) < 40),
      () => `at ${video.currentTime} s the picture is ${colour()} instead of ${wanted}`,
    ),
  /** The same of a screenshot, in base64: a canvas gets nothing of a film that is decrypted. */
  async seenOn(screenshot) {
    const image = new Image();
    image.src = `data:image/png;base64,${screenshot}`;
    await image.decode();
    return middle(image, image.width, image.height);
  },
  async choose(width, height) {
    player.choose(height);
    await untilPlaying(
      () => video.videoHeight === height && video.videoWidth === width,
      () => `the picture stays at ${video.videoWidth} x ${video.videoHeight}: ${complaints}`,
    );
  },
  sounds: () => player.sounds(),
  texts: () => player.texts(),
  async hear(number, wanted) {
    if (number !== null) player.hear(number);
    await ear.context.resume();
    await untilPlaying(
      () => Math.abs(hertz() - wanted) < 15,
      () => `${hertz()} Hz are heard instead of ${wanted}: ${complaints}`,
    );
  },
  /** Chooses subtitles, until the line of the very second stands on the picture as it plays. */
  async readPlaying(number, says) {
    player.read(number);
    const wanted = () => `${says} ${Math.floor(video.currentTime)}`;
    await untilPlaying(
      () => written() === wanted(),
      () => `it shows "${written()}" instead of "${wanted()}": ${complaints}`,
    );
  },
  /** Until one line of subtitles stands on the picture, and it is this one. */
  read: (wanted) =>
    until(
      () => written() === wanted,
      () => `it shows "${written()}" instead of "${wanted}": ${complaints}`,
    ),
  async end() {
    await video.play();
    await until(
      () => video.ended || player.ended?.(),
      () => `no end, at ${video.currentTime} of ${video.duration}: ${complaints}`,
    );
  },
  destroy: () => player.destroy(),
};
