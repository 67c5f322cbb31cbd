export const player = {
  label: (title: string) => `Video: ${title}`,
  quality: 'Quality',
  auto: 'Automatic',
  autoNow: (height: number) => `Automatic (${height}p)`,
  height: (height: number) => `${height}p`,
  retry: 'Try again',
  error: {
    network: 'The video does not arrive. Check the connection and try again.',
    link: 'The link to this video has run out. Try again for a new one.',
    media: 'Your browser cannot play this video. Another browser, or the MP4 file, may work.',
    key: 'This stream is encrypted, and browsers decrypt on https:// pages only. Try it there.',
    unsupported: 'This browser plays no HLS streams. Try a current one, or the MP4 file.',
    code: 'The player could not be loaded. Check the connection and try again.',
  },
};
