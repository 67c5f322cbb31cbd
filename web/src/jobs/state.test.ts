import { describe, expect, it } from 'vitest';
import type { Job } from './operations';
import { barValue, captionsOf, isOver, playableOf, stateFacts, stateText } from './state';

const job = (more: Partial<Job>): Job => ({
  id: 'j',
  status: 'RUNNING',
  waitingReason: null,
  phase: 'ENCODING',
  progress: 0.426,
  etaSeconds: 95,
  speed: 2.84,
  title: 'x.mp4',
  preset: 'web',
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  error: null,
  firstLook: null,
  retriedBy: null,
  outputs: [],
  ...more,
});

const output = (kind: Job['outputs'][number]['kind']) =>
  ({ id: kind, kind }) as Job['outputs'][number];

const named = (kind: Job['outputs'][number]['kind'], key: string) => ({ ...output(kind), key });

describe('a job in words', () => {
  it('names the phase while it runs', () => {
    expect(stateText(job({}))).toBe('Making the stream');
    expect(stateText(job({ phase: 'VERIFYING' }))).toBe('Checking the result');
    expect(stateText(job({ phase: null }))).toBe('Working');
    expect(stateText(job({ status: 'QUEUED', phase: null }))).toBe('Waiting');
  });

  it('says how far, how fast and how long', () => {
    expect(stateFacts(job({}))).toEqual(['42%', '2.8× real time', 'about 1 min 35 sec left']);
    expect(stateFacts(job({ speed: null, etaSeconds: null }))).toEqual(['42%']);
  });

  it('says why it waits', () => {
    const waiting = job({ status: 'WAITING', waitingReason: 'two jobs run already' });
    expect(stateFacts(waiting)).toEqual(['Two jobs run already.']);
  });

  it('says how long it took', () => {
    const done = job({ status: 'SUCCEEDED', finishedAt: '2026-01-01T00:01:15Z' });
    expect(stateFacts(done)).toEqual(['took 1 min 15 sec']);
  });

  it('has a bar that is empty, moving, or as long as the progress', () => {
    expect(barValue(job({ status: 'QUEUED' }))).toBe(0);
    expect(barValue(job({ status: 'LAUNCHING' }))).toBeNull();
    expect(barValue(job({}))).toBe(0.426);
  });

  it('is over in three states only', () => {
    expect(isOver('SUCCEEDED') && isOver('FAILED') && isOver('CANCELED')).toBe(true);
    expect(isOver('CANCELING') || isOver('RETRY_WAIT')).toBe(false);
  });

  it('offers subtitles that browsers read, by their language', () => {
    const outputs = [
      named('SUBTITLE', 'job/1/encode/0/1/subtitles_de.vtt'),
      named('SUBTITLE', 'job/1/encode/0/1/subtitles_de.srt'),
      named('VTT', 'job/1/encode/0/1/sprite_en.vtt'),
      named('SUBTITLE', `saved/job/saved/${'0f'.repeat(16)}/subtitles_fr.vtt`),
    ];
    const found = captionsOf(job({ outputs })).map(({ language, saved }) => [language, saved]);
    expect(found).toEqual([
      ['de', false],
      ['fr', true],
    ]);
  });

  it('plays the stream before the file, and never a picture', () => {
    const outputs = [output('POSTER'), output('MP4'), output('DASH'), output('HLS')];
    expect(playableOf(job({ outputs }))?.kind).toBe('HLS');
    expect(playableOf(job({ outputs: outputs.slice(0, 2) }))?.kind).toBe('MP4');
    expect(playableOf(job({ outputs: outputs.slice(0, 1) }))).toBeUndefined();
  });
});
