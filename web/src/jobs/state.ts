/** A job in words, and what its state means for the page. Pure. */
import { formatPercent, formatSpan } from '../format';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import type { Job, JobStatus, Output } from './operations';

export const isOver = (status: JobStatus): boolean =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELED';

/** How the state looks: the colour of its label. */
export type Tone = 'waiting' | 'running' | 'good' | 'bad' | 'neutral';

const TONES: Record<JobStatus, Tone> = {
  QUEUED: 'waiting',
  LAUNCHING: 'waiting',
  WAITING: 'waiting',
  RETRY_WAIT: 'waiting',
  RUNNING: 'running',
  FINALIZING: 'running',
  CANCELING: 'neutral',
  CANCELED: 'neutral',
  SUCCEEDED: 'good',
  FAILED: 'bad',
};

export const toneOf = (status: JobStatus): Tone => TONES[status];

/** Another job stands for one that was tried again: it is no problem of its own any more. */
export const labelTone = (job: Pick<Job, 'status'> & Retriable): Tone =>
  job.retriedBy ? 'neutral' : toneOf(job.status);

export interface Retriable {
  retriedBy: object | null;
}

/** Once: then the newer job is. */
export const canBeRetried = ({ status, retriedBy }: Pick<Job, 'status'> & Retriable): boolean =>
  (status === 'FAILED' || status === 'CANCELED') && !retriedBy;

/** "Making the stream" while it runs, else the state. */
export function stateText(job: Pick<Job, 'status' | 'phase'>): string {
  const { phase, status } = messages.jobs;
  return job.status === 'RUNNING' && job.phase ? phase[job.phase] : status[job.status];
}

/** What stands beside the state: how far, how fast, how long. */
type Progressing = Pick<
  Job,
  'status' | 'waitingReason' | 'startedAt' | 'finishedAt' | 'progress' | 'speed' | 'etaSeconds'
>;

export function stateFacts(job: Progressing): string[] {
  const texts = messages.jobs;
  if (job.status === 'WAITING' || job.status === 'RETRY_WAIT')
    return job.waitingReason ? [sentence(job.waitingReason)] : [];
  if (job.status === 'SUCCEEDED') return tookFacts(job).map(texts.took);
  if (job.status !== 'RUNNING' && job.status !== 'FINALIZING') return [];
  const facts = [formatPercent(job.progress)];
  if (job.speed) facts.push(texts.speed(formatFactor(job.speed)));
  if (job.etaSeconds !== null) facts.push(texts.left(formatSpan(job.etaSeconds)));
  return facts;
}

/** How long the work took, of a job that is over. */
export function tookFacts(job: Pick<Job, 'startedAt' | 'finishedAt'>): string[] {
  if (!job.startedAt || !job.finishedAt) return [];
  const seconds = (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000;
  return [formatSpan(Math.max(1, seconds))];
}

const formatFactor = (speed: number) =>
  new Intl.NumberFormat(undefined, { maximumFractionDigits: speed < 10 ? 1 : 0 }).format(speed);

/** The bar's length: empty while the job waits, null while something happens unmeasured. */
export function barValue(job: Pick<Job, 'status' | 'progress'>): number | null {
  if (toneOf(job.status) === 'running') return job.progress;
  return toneOf(job.status) === 'waiting' && job.status !== 'LAUNCHING' ? 0 : null;
}

export const posterOf = (job: Pick<Job, 'outputs'>): Output | undefined =>
  job.outputs.find((output) => output.kind === 'POSTER');

/**
 * What browsers read of the subtitles, with the language that the file's name ends with, and whether
 * somebody has saved it.
 */
export const captionsOf = (job: Job): { language: string; saved: boolean; output: Output }[] =>
  job.outputs.flatMap((output) => {
    const found = /(\/saved\/[0-9a-f]{32}\/)?[^/]*_([a-z]{2,3})\.vtt$/.exec(output.key);
    const isCaption = output.kind === 'SUBTITLE' && found?.[2];
    return isCaption ? [{ language: isCaption, saved: Boolean(found[1]), output }] : [];
  });

/** What the player opens: the stream if there is one, else a file. */
export function playableOf(job: Job): Output | undefined {
  const first = (kind: Output['kind']) => job.outputs.find((output) => output.kind === kind);
  return first('HLS') ?? first('MP4') ?? first('CLIP') ?? first('AUDIO');
}

export const isPlayable = (job: Job): boolean =>
  job.status === 'SUCCEEDED' && playableOf(job) !== undefined;
