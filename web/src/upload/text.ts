/** An upload in words. */
import { formatBytes, formatClock, formatPercent, formatSpan } from '../format';
import { messages } from '../messages';
import { estimateSize, type SizedRecipe } from './estimate';
import type { Trouble, UploadItem } from './item';
import type { AudioFindings, Findings, VideoFindings } from './preflight';

export function troubleText(trouble: Trouble): string {
  return trouble.kind === 'refused'
    ? sentence(trouble.message)
    : messages.upload.trouble[trouble.kind];
}

/** The server's messages begin in lower case and have no full stop. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** The facts below the name, from left to right. */
export function uploadFacts(item: UploadItem): string[] {
  const texts = messages.upload;
  const size = formatBytes(item.size);
  const moving = item.state === 'uploading' && item.loaded > 0;
  if (item.state === 'refused') return [texts.state.refused];
  if (item.state === 'needs-file' && item.loaded > 0) {
    return [texts.state[item.state], texts.arrived(formatPercent(item.loaded / item.size)), size];
  }
  if (!moving) return [texts.state[item.state], size, ...(item.retrying ? [texts.retrying] : [])];
  const facts = [
    formatPercent(item.loaded / item.size),
    texts.sent(formatBytes(item.loaded), size),
  ];
  if (item.retrying) return [...facts, texts.retrying];
  if (item.speed !== null) facts.push(texts.speed(formatBytes(item.speed)));
  if (item.secondsLeft !== null) facts.push(texts.left(formatSpan(item.secondsLeft)));
  return facts;
}

/** As people write them; what is not here stands in capitals. */
const CODECS: Record<string, string> = {
  avc: 'H.264',
  hevc: 'HEVC',
  prores: 'ProRes',
  opus: 'Opus',
};

const codecName = (codec: string): string =>
  CODECS[codec] ?? (codec.startsWith('pcm') ? 'PCM' : codec.toUpperCase());

/** What a file holds and what becomes of it, from left to right. */
export function mediaFacts(found: Findings, recipe: SizedRecipe | undefined): string[] {
  const { container, duration, video, audio } = found;
  const size = recipe ? estimateSize(recipe, found) : null;
  return [
    container,
    ...(duration ? [formatClock(duration)] : []),
    ...(video ? pictureFacts(video) : [messages.upload.looksLike.soundOnly]),
    ...(audio ? [soundFact(audio)] : []),
    ...(size ? [messages.upload.becomes(formatBytes(size))] : []),
  ];
}

function pictureFacts({ codec, width, height, frameRate }: VideoFindings): string[] {
  const facts = [`${codecName(codec)} ${width} × ${height}`];
  const rate = frameRate && new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
  return rate ? [...facts, messages.upload.looksLike.frameRate(rate.format(frameRate))] : facts;
}

const soundFact = ({ codec, channels }: AudioFindings): string =>
  `${codecName(codec)} ${messages.upload.looksLike.channels(channels)}`;

/** Codecs whose decoders know HDR, so that it is kept. */
const KEEPS_HDR = new Set(['HEVC', 'AV1']);

/** What its owner may want to know before anything is made of a file. */
export function warningsOf(item: UploadItem, recipe: SizedRecipe | undefined): string[] {
  const texts = messages.upload.looksLike;
  const { findings, doubtful } = item;
  if (findings === null) return [];
  if (findings === 'unreadable') return doubtful ? [texts.unreadable] : [];
  const warnings = [];
  const codec = recipe?.ladder?.codec ?? recipe?.mp4?.codec ?? '';
  if (findings.video?.hdr) warnings.push(KEEPS_HDR.has(codec) ? texts.hdrKept : texts.hdr);
  if (findings.video && !findings.audio) warnings.push(texts.silent);
  return warnings;
}
