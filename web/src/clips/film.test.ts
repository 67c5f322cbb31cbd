import { describe, expect, it } from 'vitest';
import { filmOf, missingRecipe, sourcesOf } from './film';
import type { FilmJob, FilmOutput } from './operations';

const output = (
  id: string,
  kind: FilmOutput['kind'],
  videoCodec: string | null = null,
): FilmOutput => ({
  id,
  kind,
  videoCodec,
  url: `/${id}`,
  playbackUrl: `/${id}`,
});

const job = (outputs: FilmOutput[], recipe: unknown = {}): FilmJob => ({
  id: 'j',
  title: '',
  status: 'SUCCEEDED',
  waitingReason: null,
  phase: null,
  progress: 1,
  etaSeconds: null,
  speed: null,
  startedAt: null,
  finishedAt: null,
  error: null,
  recipe,
  outputs,
});

const NOTHING = { playable: undefined, undecodable: undefined, peaks: undefined, index: undefined };

const all = () => true;
const noHevc = ({ videoCodec }: FilmOutput) => videoCodec !== 'hevc';

describe('filmOf', () => {
  const asset = { duration: 60, kind: 'VIDEO' as const };

  it('reads the frames of the picture, not of a cover', () => {
    const cover = { kind: 'VIDEO', attached_picture: true, frame_rate: 90_000 };
    const picture = { kind: 'VIDEO', frame_rate: 29.97 };
    expect(filmOf({ ...asset, probe: { streams: [cover, picture, { kind: 'AUDIO' }] } })).toEqual({
      rate: 30000 / 1001,
      uneven: null,
      duration: 60,
      picture: true,
      sound: true,
    });
    expect(filmOf({ ...asset, probe: { streams: [cover] } })).toMatchObject({
      rate: null,
      picture: false,
      sound: false,
    });
  });

  it('counts no frames where they come at no even pace', () => {
    const picture = { kind: 'VIDEO', frame_rate: 20, variable_frame_rate: true };
    expect(filmOf({ ...asset, probe: { streams: [picture] } })).toMatchObject({
      rate: null,
      uneven: 0.05,
    });
  });

  it('takes what was not looked at for what it seems', () => {
    const unseen = { rate: null, uneven: null, duration: null, picture: true, sound: true };
    expect(filmOf({ kind: 'VIDEO', duration: null, probe: null })).toEqual(unseen);
    expect(filmOf({ kind: 'AUDIO', duration: 3, probe: [] })).toMatchObject({ picture: false });
  });
});

describe('sourcesOf', () => {
  it('takes what this browser decodes before what is newer or better', () => {
    const jobs = [
      job([output('1', 'HLS', 'hevc'), output('2', 'MP4', 'hevc')]),
      job([output('3', 'MP4', 'h264'), output('4', 'AUDIO')]),
    ];
    expect(sourcesOf(jobs, all).playable?.id).toBe('1');
    expect(sourcesOf(jobs, noHevc)).toMatchObject({
      playable: { id: '3' },
      undecodable: undefined,
    });
  });

  it('says what cannot be decoded where nothing else has pictures', () => {
    const hevc = job([output('1', 'MP4', 'hevc')]);
    const sound = job([output('2', 'AUDIO')]);
    expect(sourcesOf([hevc], noHevc)).toMatchObject({
      playable: undefined,
      undecodable: { id: '1' },
    });
    expect(sourcesOf([hevc, sound], noHevc)).toMatchObject({
      playable: { id: '2' },
      undecodable: { id: '1' },
    });
    expect(sourcesOf([sound], noHevc).undecodable).toBeUndefined();
  });

  it('takes the newest stream, else a file', () => {
    const jobs = [job([output('1', 'MP4')]), job([output('2', 'HLS')]), job([output('3', 'HLS')])];
    expect(sourcesOf(jobs, all).playable?.id).toBe('2');
    expect(sourcesOf(jobs.slice(0, 1), all).playable?.id).toBe('1');
    expect(sourcesOf([job([output('1', 'CLIP')])], all)).toEqual(NOTHING);
  });

  it('leaves out what has other times than the source', () => {
    const joined = job([output('1', 'HLS'), output('2', 'PEAKS')], { join: { before: [] } });
    const plain = job([output('3', 'PEAKS'), output('4', 'VTT')], { join: null });
    expect(sourcesOf([joined, plain], all)).toMatchObject({
      playable: undefined,
      peaks: { id: '3' },
      index: { id: '4' },
    });
  });
});

describe('missingRecipe', () => {
  const film = { rate: 25, uneven: null, duration: 7200, picture: true, sound: true };

  it('asks for what is not there', () => {
    expect(missingRecipe(film, NOTHING)).toEqual({
      sprite: { interval: 6 },
      waveform: { points: 10 },
    });
    expect(missingRecipe({ ...film, duration: 20 }, NOTHING)).toEqual({
      sprite: { interval: 0.5 },
      waveform: { points: 20 },
    });
    const peaks = output('p', 'PEAKS');
    expect(missingRecipe({ ...film, sound: false }, NOTHING)).toEqual({ sprite: { interval: 6 } });
    expect(missingRecipe({ ...film, picture: false }, { ...NOTHING, peaks })).toBeNull();
  });
});
