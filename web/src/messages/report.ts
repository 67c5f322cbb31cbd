export const report = {
  title: 'Quality report',
  checks: 'Checked',
  check: {
    DECODED: 'decodes from end to end',
    DURATION: 'length',
    KEYFRAMES: 'keyframes',
    MANIFESTS: 'playlists',
    STREAMS: 'streams',
  },
  vmaf: 'VMAF',
  vmafCurve: 'VMAF through the film',
  bitrateCurve: 'Bitrate of the picture, in Mbit/s',
  bitrateOf: (mean: string, highest: string, at: string) =>
    `${mean} on average; highest ${highest} at ${at}`,
  loudnessCurve: 'Loudness through the film, in LUFS',
  loudnessOf: (loudest: string, at: string, softest: string, there: string) =>
    `loudest ${loudest} at ${at}; softest ${softest} at ${there}`,
  vmafOf: (mean: string, lowest: string, at: string) => `${mean}; lowest ${lowest} at ${at}`,
  black: 'Black',
  frozen: 'Still',
  none: 'nowhere',
  stretches: (count: number, span: string) =>
    count === 1 ? `once, ${span}` : `${count} times, ${span} in all`,
  stretch: (start: string, end: string) => `${start}–${end}`,
  loudness: 'Loudness',
  brought: (source: string, made: string, target: string) =>
    `${made}, from ${source}; asked for ${target}`,
  lufs: (value: string) => `${value} LUFS`,
  silent: 'silence',
  peak: 'Peak',
  dbtp: (value: string) => `${value} dBTP`,
};

export const probe = {
  title: 'Streams of the file',
  container: 'Container',
  kinds: { VIDEO: 'Picture', AUDIO: 'Sound', SUBTITLE: 'Text', DATA: 'Data' },
  rate: (frames: string) => `${frames} frames/s`,
  variable: 'variable frame rate',
  bits: (depth: number) => `${depth} bit`,
  kbits: (rate: string) => `${rate} kbit/s`,
  hertz: (rate: string) => `${rate} Hz`,
  channels: (count: number) => (count === 1 ? '1 channel' : `${count} channels`),
  turned: (degrees: number) => `turned by ${degrees}°`,
};
