/** The states that the mock can be in, as plain values in the shape of the GraphQL types. */
import { numbered, pageOf } from './library.mjs';
import { PRESETS } from './presets.mjs';
import { SETTINGS } from './settings.mjs';

const MIB = 1024 * 1024;
const now = () => new Date().toISOString();
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const soon = () => new Date(Date.now() + 900_000).toISOString();

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

function job(id, title, status, more = {}) {
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

export class Mock {
  signedIn = true;
  down = false;
  slow = 0;
  jobs = [];
  /** How large the library is when it is not made of the jobs. */
  numbered = 0;
  deleted = new Set();
  session = {
    project: { id: 'p1', name: 'default', prefix: '' },
    keyName: 'first',
  };
  onDown = () => {};
  #listeners = new Set();
  #cursor = 0;
  #uploads = 0;
  #refusals = 0;
  #store;

  constructor(store) {
    this.#store = store;
  }

  putStatus() {
    this.#refusals -= 1;
    return this.#refusals >= 0 ? 403 : 200;
  }

  poster(path) {
    const hue = [...path].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90"><rect width="160" height="90" fill="hsl(${hue} 35% 45%)"/><path d="M0 90 50 35 85 70 110 50 160 90Z" fill="hsl(${hue} 35% 28%)"/><circle cx="120" cy="24" r="10" fill="#ffe9b0"/></svg>`;
  }

  play(scenario) {
    this.down = scenario === 'down';
    this.slow = scenario === 'slow' ? 25 : 0;
    this.#refusals = scenario === 'expired' ? 3 : 0;
    this.signedIn = scenario !== 'signed-out';
    if (this.down) this.onDown();
    this.numbered = { large: 100_000, some: 500 }[scenario] ?? 0;
    if (scenario === 'empty' || scenario === 'slow') this.jobs = [];
    if (scenario === 'many') this.jobs = this.#many();
    if (scenario === 'progress') {
      const running = this.jobs.find((one) => one.id === 'running');
      Object.assign(running, { phase: 'PUBLISHING', progress: 0.99, etaSeconds: 1 });
    }
  }

  #many() {
    const done = (id, title, seconds) =>
      job(id, title, 'SUCCEEDED', {
        progress: 1,
        createdAt: ago(seconds),
        startedAt: ago(seconds - 5),
        finishedAt: ago(seconds - 80),
        outputs: [
          output(this.#store, id, 'HLS', {
            files: 1204,
            renditions: [1080, 720, 480, 360],
          }),
          output(this.#store, id, 'DASH', {
            files: 1204,
            renditions: [1080, 720, 480, 360],
          }),
          output(this.#store, id, 'MP4', { width: 1920, height: 1080 }),
          output(this.#store, id, 'POSTER', {
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

  #part(number) {
    return {
      number,
      url: `${this.#store}/part/${number}`,
      headers: [],
      expiresAt: soon(),
    };
  }

  get root() {
    const find = (id) => this.jobs.find((one) => one.id === id) ?? null;
    return {
      presets: PRESETS,
      viewer: () => ({
        project: { __typename: 'Project', ...this.session.project, eventCursor: '0' },
      }),
      jobs: ({ filter }) => {
        const wanted = (one) => !filter?.status || filter.status.includes(one.status);
        return { nodes: this.jobs.filter(wanted), edges: [], pageInfo: { hasNextPage: false } };
      },
      job: ({ id }) => find(id),
      upload: () => null,
      uploads: () => ({ nodes: [], edges: [], pageInfo: {} }),
      asset: ({ id }) =>
        this.numbered
          ? numbered(Number(id.slice(1)), this.#store)
          : (this.jobs.map((one) => one.asset).find((one) => one.id === id) ?? null),
      ...SETTINGS,
      assets: (wanted) =>
        this.numbered
          ? pageOf((index) => numbered(index, this.#store), this.numbered, wanted, this.deleted)
          : pageOf((index) => this.jobs[index].asset, this.jobs.length, wanted),
      scanMediaFolder: () => ({
        found: 3,
        registered: 2,
        skipped: 1,
        files: ['a.mp4', 'b/c.mkv'],
        userErrors: [],
      }),
      startMultipartUpload: ({ input }) => {
        this.#uploads += 1;
        const partSize = 8 * MIB;
        const count = Math.min(input.signParts, Math.ceil(input.size / partSize));
        const upload = {
          __typename: 'Upload',
          id: `upload-${this.#uploads}`,
          partSize,
        };
        const parts = Array.from({ length: count }, (_, index) => this.#part(index + 1));
        return { upload, parts, userErrors: [] };
      },
      signUploadParts: ({ input }) => ({
        parts: input.partNumbers.map((number) => this.#part(number)),
        userErrors: [],
      }),
      completeMultipartUpload: ({ input }) => {
        const started = job(`job-${input.uploadId}`, 'uploaded.mp4', 'QUEUED', {
          createdAt: now(),
        });
        this.jobs = [started, ...this.jobs];
        this.#tell('UPLOAD_COMPLETED', started);
        return { job: started, userErrors: [] };
      },
      abortMultipartUpload: () => ({ upload: null, userErrors: [] }),
      deleteAssets: ({ input }) => {
        for (const id of input.ids) this.deleted.add(id);
        return { assets: input.ids.map((id) => ({ __typename: 'Asset', id })), userErrors: [] };
      },
      updateAssets: ({ input }) => ({
        assets: input.ids.map(() => null),
        userErrors: [{ code: 'CONFLICT', message: 'an asset has room for 50 tags' }],
      }),
      startTranscode: () => ({ job: this.jobs[0] ?? job('new', 'new', 'QUEUED'), userErrors: [] }),
      retryJob: ({ input }) => {
        const again = job(`${input.id}-again`, find(input.id).title, 'QUEUED');
        this.jobs = [again, ...this.jobs];
        this.#tell('JOB_QUEUED', again);
        return { job: again, userErrors: [] };
      },
      cancelJob: ({ input }) => {
        const found = find(input.id);
        if (found) found.status = 'CANCELED';
        this.#tell('JOB_CANCELED', found);
        return { job: found, userErrors: [] };
      },
      events: () => this.#events(),
      jobUpdated: ({ id }) => this.#watch(id),
    };
  }

  #tell(type, node) {
    this.#cursor += 1;
    const event = { cursor: String(this.#cursor), type, entityId: node.id, node };
    for (const resolve of this.#listeners) resolve(event);
    this.#listeners.clear();
  }

  async *#events() {
    for (;;) yield { events: await new Promise((resolve) => this.#listeners.add(resolve)) };
  }

  async *#watch(id) {
    for (;;) {
      const found = this.jobs.find((one) => one.id === id);
      if (!found) return;
      yield { jobUpdated: found };
      if (['SUCCEEDED', 'FAILED', 'CANCELED'].includes(found.status)) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 1000);
      });
    }
  }
}
