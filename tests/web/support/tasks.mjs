/** What the main thread of a page did: milliseconds of processor time of every task, longest last. */

const named = (one) => one.name === 'thread_name' && one.args.name === 'CrRendererMain';

/** Processor time, because a busy machine would make every task long by the clock. */
export async function mainThread(browser, page, act) {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await act();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const threads = new Set(traceEvents.filter(named).map((one) => `${one.pid}/${one.tid}`));
  const tasks = traceEvents
    .filter((one) => one.name.endsWith('RunTask') && one.tdur !== undefined)
    .filter((one) => threads.has(`${one.pid}/${one.tid}`))
    .map((one) => Math.round(one.tdur / 1000));
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  return tasks.toSorted((one, other) => one - other);
}
