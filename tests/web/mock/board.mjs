/** A board for the mock: jobs by the hundred that begin, go on and end, and the log that tells it. */

const RUNNING = 500;
const WAITING = 60;
/** Ended ones that it remembers; a real server remembers all. */
const REMEMBERED = 300;
const TICK_MS = 100;
const PROGRESS_MS = 500;
const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELED']);

const now = () => new Date().toISOString();
const endOf = ({ finishedAt }) => Date.parse(finishedAt);
const idOf = (number) => `job_${String(number).padStart(8, '0')}`;

function made(number) {
  return {
    __typename: 'Job',
    id: idOf(number),
    title: `Recording ${number}.mp4`,
    status: 'QUEUED',
    progress: 0,
    priority: 0,
    preset: 'web',
    attempts: [],
    outputs: [],
    firstLook: null,
    createdAt: now(),
  };
}

const STATES = {
  JOB_RUNNING: () => ({
    status: 'RUNNING',
    phase: 'ENCODING',
    speed: 2.4,
    etaSeconds: 60,
    startedAt: now(),
    attempts: [{ number: 1, status: 'RUNNING' }],
  }),
  JOB_SUCCEEDED: () => ({ status: 'SUCCEEDED', progress: 1, phase: null, finishedAt: now() }),
  JOB_FAILED: () => ({
    status: 'FAILED',
    phase: null,
    finishedAt: now(),
    error: {
      code: 'INPUT_UNREADABLE',
      message: 'the file ends before its index',
      hint: 'copy the original again',
    },
  }),
  JOB_CANCELED: () => ({ status: 'CANCELED', phase: null, finishedAt: now() }),
};

export class Board {
  /** What events were asked for from: a page that comes back asks from where it was. */
  asked = [];
  #jobs = new Map();
  #log = [];
  #born = 0;
  #wake = new Set();
  #timer;

  constructor({ running = RUNNING, waiting = WAITING } = {}) {
    for (let count = 0; count < running + waiting; count += 1) this.#bear(count < running);
  }

  go() {
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** How many there really are. */
  get truth() {
    const all = [...this.#jobs.values()];
    const count = (...states) => all.filter(({ status }) => states.includes(status)).length;
    const queue = all
      .filter(({ status }) => status === 'QUEUED')
      .toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
    return {
      working: count('RUNNING'),
      waiting: count('QUEUED'),
      queue: queue.map(({ title }) => title),
      asked: this.asked,
      head: this.#log.length,
    };
  }

  #bear(running) {
    this.#born += 1;
    const job = made(this.#born);
    this.#jobs.set(job.id, job);
    if (running) Object.assign(job, STATES.JOB_RUNNING());
    return job;
  }

  #again(old) {
    const job = this.#bear(false);
    job.retryOf = old;
    old.retriedBy = job;
    return job;
  }

  /** One ends, the next begins, another comes. */
  #tick() {
    const all = [...this.#jobs.values()];
    const running = all.filter(({ status }) => status === 'RUNNING');
    const ends = running[Math.floor(Math.random() * running.length)];
    this.#tell(this.#log.length % 10 === 0 ? 'JOB_FAILED' : 'JOB_SUCCEEDED', ends);
    const next = all.find(({ status }) => status === 'QUEUED');
    if (next) this.#tell('JOB_RUNNING', next);
    this.#tell('JOB_QUEUED', this.#bear(false));
    const ended = all.filter(({ status }) => ENDED.has(status));
    for (const { id } of ended.slice(0, Math.max(0, ended.length - REMEMBERED)))
      this.#jobs.delete(id);
  }

  #tell(type, job) {
    Object.assign(job, STATES[type]?.());
    this.#log.push({ type, id: job.id });
    for (const resolve of this.#wake) resolve();
    this.#wake.clear();
  }

  #grown() {
    return new Promise((resolve) => this.#wake.add(resolve));
  }

  get root() {
    return {
      cursor: () => String(this.#log.length),
      job: ({ id }) => this.#jobs.get(id) ?? null,
      jobs: ({ first, after, filter, orderBy }) => {
        const byEnd = orderBy === 'FINISHED_AT_DESC';
        const found = [...this.#jobs.values()]
          .toReversed()
          .filter((one) => !byEnd || one.finishedAt)
          .toSorted((one, other) => (byEnd ? endOf(other) - endOf(one) : 0))
          .filter((one) => !filter?.status || filter.status.includes(one.status))
          .filter(
            (one) =>
              typeof filter?.retried !== 'boolean' || filter.retried === Boolean(one.retriedBy),
          );
        const from = after ? found.findIndex(({ id }) => id === after) + 1 : 0;
        const nodes = found.slice(from, from + first);
        const endCursor = nodes.at(-1)?.id ?? null;
        const hasNextPage = found.length > from + first;
        return { nodes, edges: [], pageInfo: { endCursor, hasNextPage } };
      },
      setJobPriority: ({ input }) => {
        const job = this.#jobs.get(input.id);
        job.priority = input.priority;
        this.#tell('JOB_PRIORITY', job);
        return { job, userErrors: [] };
      },
      cancelJobs: ({ input }) => {
        const jobs = input.ids.map((id) => this.#jobs.get(id));
        for (const job of jobs) this.#tell('JOB_CANCELED', job);
        return { jobs, userErrors: [] };
      },
      retryJobs: ({ input }) => {
        const jobs = input.ids.map((id) => this.#again(this.#jobs.get(id)));
        for (const job of jobs) this.#tell('JOB_QUEUED', job);
        return { jobs, userErrors: [] };
      },
      events: ({ after, types }) => this.#events(Number(after ?? this.#log.length), types),
      jobUpdated: ({ id }) => this.#watch(id),
    };
  }

  async *#events(after, types) {
    this.asked.push(after);
    for (let at = after; ; at += 1) {
      while (at >= this.#log.length) await this.#grown();
      const { type, id } = this.#log[at];
      if (types && !types.includes(type)) continue;
      const node = this.#jobs.get(id) ?? null;
      yield { events: { cursor: String(at + 1), type, entityId: id, node } };
    }
  }

  async *#watch(id) {
    for (;;) {
      const job = this.#jobs.get(id);
      if (!job) return;
      if (job.status === 'RUNNING') job.progress = Math.min(0.99, job.progress + 0.004);
      yield { jobUpdated: job };
      if (ENDED.has(job.status)) return;
      await new Promise((resolve) => {
        setTimeout(resolve, PROGRESS_MS);
      });
    }
  }
}
