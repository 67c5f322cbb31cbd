/** What a <video> shows, measured in the page. */

/** A small grey copy of the picture at this moment. */
const sample = (video) => {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  return Array.from({ length: 64 * 36 }, (_, pixel) => data[pixel * 4 + 1]);
};

/** How many of the 2,304 points differ clearly, and how many different shades there are. */
export function compare(before, after) {
  const moved = after.filter((shade, index) => Math.abs(shade - before[index]) > 12).length;
  return { moved, shades: new Set(after).size };
}

export const pictureOf = (video) => video.evaluate(sample);

/** Plays, without sound for the neighbours, until the video is at `seconds`. */
export async function playUntil(video, seconds) {
  await video.evaluate((element) => {
    element.muted = false;
    element.volume = 0.01;
    return element.play();
  });
  await video.evaluate(
    (element, wanted) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`still at ${element.currentTime}`)), 30_000);
        const look = () => {
          if (element.currentTime < wanted) return;
          clearTimeout(late);
          element.removeEventListener('timeupdate', look);
          resolve();
        };
        element.addEventListener('timeupdate', look);
        look();
      }),
    seconds,
  );
}
