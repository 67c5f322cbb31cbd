/**
 * 100,000 assets and 500 running jobs at once. Every job has its asset, of every tenth asset a job is
 * under way whenever somebody asks, and links are as long as signed ones and new with every answer.
 */
import { Board } from './board.mjs';
import { numbered, pageOf } from './library.mjs';

const ASSETS = 100_000;
/** Of so many assets one has a job. */
const EVERY = 10;
const LOG = Array.from({ length: 40 }, (_, line) => `frame=${line * 24} fps=48 q=28.0 speed=2x`);

let signed = 0;

/** As long as what S3 signs with temporary credentials, and never the same twice. */
function signedLink(url) {
  signed += 1;
  const token = 'FwoGZXIvYXdzEBYaD'.repeat(24);
  const signature = signed.toString(16).padStart(64, '0');
  return `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=${token}&X-Amz-Signature=${signature}`;
}

const probeOf = ({ duration, size }) => ({
  format: { duration, size, name: 'mov,mp4', tags: { encoder: 'Lavf60.16.100' } },
  streams: Array.from({ length: 4 }, (_, index) => ({
    index,
    codec: index ? 'aac' : 'h264',
    duration,
    bitrate: 4_000_000,
    tags: { language: 'eng', handler: 'SoundHandler', title: `Track ${index}` },
  })),
});

export class FullBoard extends Board {
  #store;

  constructor(store) {
    super();
    this.#store = store;
  }

  #asset(index) {
    const asset = numbered(index, this.#store);
    return {
      ...asset,
      probe: probeOf(asset),
      newest: (wanted) => {
        const output = asset.newest(wanted);
        return output && { ...output, url: signedLink(output.url) };
      },
      jobs: () => ({ nodes: this.#jobsOf(index), edges: [], pageInfo: {} }),
    };
  }

  #jobsOf(index) {
    if (index % EVERY !== 0) return [];
    const { nodes } = super.root.jobs({ first: 500, filter: { status: ['RUNNING'] } });
    return [nodes[(index / EVERY) % nodes.length]];
  }

  get root() {
    const board = super.root;
    return {
      ...board,
      job: ({ id }) => {
        const job = board.job({ id });
        if (!job) return null;
        const attempts = job.attempts.map((one) => ({ ...one, log: LOG.join('\n') }));
        const index = (Number(id.slice(4)) - 1) * EVERY;
        return { ...job, attempts, recipe: {}, metadata: {}, asset: this.#asset(index) };
      },
      asset: ({ id }) => this.#asset(Number(id.slice(1))),
      assets: (wanted) => pageOf((index) => this.#asset(index), ASSETS, wanted),
    };
  }
}
