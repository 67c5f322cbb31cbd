/** What can be said about a file before a byte of it is sent. */

const MEDIA = new Set(
  (
    '3g2 3gp aac ac3 aif aiff amr ape asf avi caf divx dv eac3 f4v flac flv gxf ivf m2t m2ts m2v ' +
    'm4a m4b m4v mj2 mka mkv mod mov mp2 mp3 mp4 mpe mpeg mpg mts mxf nut oga ogg ogm ogv opus ' +
    'qt ra rm rmvb tod ts vob wav webm weba wma wmv wtv wv y4m'
  ).split(' '),
);

export type Verdict = 'fine' | 'empty' | 'doubtful';

/** `doubtful`: by its name and type no media; the server, which looks inside, decides. */
export function inspect(file: { name: string; size: number; type: string }): Verdict {
  if (file.size === 0) return 'empty';
  if (/^(?:video|audio)\//.test(file.type)) return 'fine';
  const dot = file.name.lastIndexOf('.');
  const extension = dot > 0 ? file.name.slice(dot + 1).toLowerCase() : '';
  return MEDIA.has(extension) ? 'fine' : 'doubtful';
}
