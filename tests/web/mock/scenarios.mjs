/** The states that the mock can be in, as plain values in the shape of the GraphQL types. */
import { Board } from './board.mjs';
import { FullBoard } from './full.mjs';
import { job, many, MIB, now } from './jobs.mjs';
import { numbered, pageOf } from './library.mjs';
import { PRESETS } from './presets.mjs';
import { SETTINGS } from './settings.mjs';

const soon = () => new Date(Date.now() + 900_000).toISOString();

export class Mock {
  signedIn = true;
  down = false;
  slow = 0;
  jobs = [];
  /** Of jobs by the hundred, while there is one. */
  board = null;
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
    if (this.down || scenario === 'cut') this.onDown();
    this.#playBoard(scenario);
    this.numbered = { large: 100_000, some: 500 }[scenario] ?? 0;
    if (scenario === 'empty' || scenario === 'slow') this.jobs = [];
    if (scenario === 'many') this.jobs = many(this.#store);
    if (scenario === 'progress') {
      const running = this.jobs.find((one) => one.id === 'running');
      Object.assign(running, { phase: 'PUBLISHING', progress: 0.99, etaSeconds: 1 });
    }
  }

  /** `queue` has some that wait, `crowd` and `full` go on until `calm` or anything else is played. */
  #playBoard(scenario) {
    if (scenario === 'cut') return;
    this.board?.stop();
    if (scenario === 'calm') return;
    this.board = null;
    if (scenario === 'queue') this.board = new Board({ running: 2, waiting: 6 });
    if (scenario === 'crowd') this.board = new Board();
    if (scenario === 'full') this.board = new FullBoard(this.#store);
    if (scenario === 'crowd' || scenario === 'full') this.board.go();
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
    const board = this.board?.root;
    const find = (id) => this.jobs.find((one) => one.id === id) ?? null;
    return {
      presets: PRESETS,
      ...SETTINGS,
      viewer: {
        ...SETTINGS.viewer,
        project: {
          __typename: 'Project',
          ...this.session.project,
          eventCursor: () => board?.cursor() ?? '0',
        },
      },
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
      ...board,
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
