/** The part of mediabunny that looks into files; loaded when the first one is chosen. */
import { ADTS, FLAC, MATROSKA, MP3, MP4, MPEG_TS, OGG, QTFF, WAVE, WEBM } from 'mediabunny';

export { BlobSource, Input } from 'mediabunny';

/** Without playlists, which would name further files. */
export const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS, MP3, WAVE, OGG, FLAC, ADTS];
