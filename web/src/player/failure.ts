/** What is wrong, of all that a film can fail by. Pure. */

export type PlayerProblem =
  'network' | 'link' | 'format' | 'media' | 'key' | 'unsupported' | 'code';

/** As MediaError numbers them; a store that refuses a link looks like a format to the browser. */
const DECODE = 3;
const SRC_NOT_SUPPORTED = 4;
const LINK_IS_OVER = new Set([401, 403, 404, 410]);

export const linkIsOver = (status: number): boolean => LINK_IS_OVER.has(status);

/** Of the `error` of a <video>, and what the server says to its link now: 0 is no answer. */
export function problemOfFile(code: number | undefined, status: number): PlayerProblem {
  if (code === DECODE) return 'media';
  if (linkIsOver(status)) return 'link';
  const arrives = status >= 200 && status < 300;
  return code === SRC_NOT_SUPPORTED && arrives ? 'format' : 'network';
}

/** What hls.js calls it when the browser has no decoder: to try again is no use. */
const NO_DECODER: ReadonlySet<string> = new Set([
  'manifestIncompatibleCodecsError',
  'bufferIncompatibleCodecsError',
  'bufferAddCodecError',
]);

export const lacksDecoder = (details: string): boolean => NO_DECODER.has(details);

/** Codecs of outputs, as the API names them; what browsers ask for is one of their usual profiles. */
const TYPES: Record<string, string> = {
  h264: 'video/mp4; codecs="avc1.640028"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L120.90"',
  av1: 'video/mp4; codecs="av01.0.08M.08"',
  vp9: 'video/mp4; codecs="vp09.00.40.08"',
};

/** Whether it is worth trying: only what the browser knows it cannot do is left out. */
export function mayDecode(codec: string | null, canPlay: (type: string) => string): boolean {
  const type = codec === null ? undefined : TYPES[codec];
  return type === undefined || canPlay(type) !== '';
}
