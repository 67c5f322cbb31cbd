/** Some jobs in every state, and what each is made of. */
export const MIB = 1024 * 1024;
export const now = () => new Date().toISOString();
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

const asset = (key) => ({
  __typename: 'Asset',
  id: `asset-${key}`,
  key,
  bucket: 'media-in',
  size: 128 * MIB,
  title: key,
  kind: 'VIDEO',
  tags: [],
  status: 'READY',
  duration: 596.5,
  width: 1280,
  height: 720,
  videoCodec: 'h264',
  audioCodec: 'ac3',
  metadata: {},
  createdAt: ago(300),
  shareLinks: [],
  outputs: [],
});

function output(store, jobId, kind, more) {
  return {
    __typename: 'Output',
    id: `${jobId}-${kind}`,
    kind,
    key: `${jobId}/${kind.toLowerCase()}`,
    bucket: 'media-out',
    contentType: 'application/octet-stream',
    size: 42 * MIB,
    files: 1,
    sha256: '0'.repeat(64),
    duration: 596.5,
    renditions: [],
    url: `${store}/poster/${jobId}`,
    playbackUrl: `/play/token/${jobId}/master.m3u8`,
    ...more,
  };
}

export function job(id, title, status, more = {}) {
  const made = {
    __typename: 'Job',
    id,
    title,
    status,
    progress: 0,
    preset: 'web',
    recipe: {},
    priority: 0,
    metadata: {},
    asset: asset(`uploads/${id}/${title}`),
    attempts: [],
    outputs: [],
    createdAt: ago(200),
    ...more,
  };
  made.asset.title = title;
  made.asset.newest = ({ kind }) => made.outputs.find((one) => one.kind === kind) ?? null;
  made.asset.jobs = () => ({ nodes: [made], edges: [], pageInfo: {} });
  return made;
}

const failed = () =>
  job('failed', 'holiday final FINAL (2).mp4', 'FAILED', {
    createdAt: ago(4000),
    startedAt: ago(3990),
    finishedAt: ago(3985),
    error: {
      code: 'INPUT_UNREADABLE',
      message: 'the file ends before its index (moov); it was cut off while it was copied',
      hint: 'copy the original again and compare the sizes, then upload it once more',
    },
    attempts: [
      {
        number: 1,
        status: 'FAILED',
        reason: 'INPUT',
        log: '[mov,mp4 @ 0x5] moov atom not found\ninput.bin: Invalid data found when processing input',
      },
    ],
  });

/** One or two of each. */
export function many(store) {
  const done = (id, title, seconds) =>
    job(id, title, 'SUCCEEDED', {
      progress: 1,
      createdAt: ago(seconds),
      startedAt: ago(seconds - 5),
      finishedAt: ago(seconds - 80),
      outputs: [
        output(store, id, 'HLS', {
          files: 1204,
          renditions: [1080, 720, 480, 360],
        }),
        output(store, id, 'DASH', {
          files: 1204,
          renditions: [1080, 720, 480, 360],
        }),
        output(store, id, 'MP4', { width: 1920, height: 1080 }),
        output(store, id, 'POSTER', {
          size: 84_000,
          width: 1280,
          height: 720,
          duration: null,
        }),
      ],
    });
  return [
    job('queued', 'Interview, second camera.mkv', 'QUEUED', {
      createdAt: ago(12),
    }),
    job('waiting', 'talk.mov', 'WAITING', {
      waitingReason: 'two other jobs are running; this one is next',
      createdAt: ago(40),
    }),
    job('running', '-rf %d ü <b>bold</b>.mp4', 'RUNNING', {
      phase: 'ENCODING',
      progress: 0.42,
      speed: 2.84,
      etaSeconds: 95,
      startedAt: ago(100),
    }),
    job(
      'checking',
      'A very long file name that somebody gave to the recording of the whole afternoon session in the big hall, camera 3, with sound from the desk.mp4',
      'RUNNING',
      {
        phase: 'VERIFYING',
        progress: 0.97,
        speed: 11.2,
        etaSeconds: 3,
        startedAt: ago(130),
      },
    ),
    done('done', 'Big Buck Bunny.mp4', 900),
    failed(),
    job('canceled', 'wrong file.avi', 'CANCELED', { createdAt: ago(90_000) }),
    done('old', 'Company meeting 2024.mp4', 300_000),
  ];
}
