/** The API, killed and started by the test that runs a script: both speak by empty files in a folder. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { must } from './browser.mjs';

/** The API may be left dead for a minute before it is started. */
const PATIENCE_MS = 150_000;

export class Server {
  #folder;
  #kills = 0;
  /** When it was ready again, by performance.now() */
  back = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  /** kill -9 */
  kill = () => this.#ask(`kill.${this.#kills}`);

  async start() {
    await this.#ask(`start.${this.#kills}`);
    this.#kills += 1;
    this.back = performance.now();
  }

  /** Fails where it took longer since the start than people would wait; a busy machine is slow itself. */
  mustBeWhole(what, within = 10_000) {
    const took = Math.round(performance.now() - this.back);
    console.log(`${what}: ${took} ms after the return`);
    must(took < within, `${what} took ${took} ms`);
  }

  async #ask(name) {
    writeFileSync(join(this.#folder, name), '');
    const end = Date.now() + PATIENCE_MS;
    while (!existsSync(join(this.#folder, `done.${name}`))) {
      must(Date.now() < end, `nobody has done ${name}`);
      await pass(20);
    }
  }

  /** Lets what the page asks next be done, and kills the server before the page is told. */
  async killBeforeAnswer(page, operation) {
    let done;
    const lost = new Promise((resolve) => {
      done = resolve;
    });
    const take = async (route) => {
      if (route.request().postDataJSON()?.operationName !== operation) return route.fallback();
      // While it is away nothing is done.
      if (!(await route.fetch().catch(() => null))) return route.abort('connectionrefused');
      await page.unroute('**/graphql', take);
      await this.kill();
      await route.abort('connectionreset');
      done();
    };
    await page.route('**/graphql', take);
    return { lost };
  }
}

export const AWAY = /^No connection to the server/;
