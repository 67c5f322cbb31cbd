/** The first presets of the real API, as many as fill a list. */
export const PRESETS = [
  ['web', 'Web streaming', 'HLS and DASH up to 1080p, never above the source, and a poster.'],
  [
    'web-and-mp4',
    'Web streaming and a download',
    'HLS and DASH up to 1080p, one MP4 for download, and a poster.',
  ],
  [
    'mp4',
    'One MP4',
    'A single H.264 and AAC file up to 1080p that plays everywhere, and a poster.',
  ],
  [
    'preview',
    'Quick preview',
    'One small rung of 360 lines with two-second segments, made as fast as possible.',
  ],
].map(([name, title, description]) => ({
  name,
  version: 1,
  title,
  description,
  recipe: {},
}));
