import { describe, expect, it, vi } from 'vitest';
import { Slots } from './slots';

const never = () => new AbortController().signal;

const once = (signal: AbortSignal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', resolve);
  });

describe('Slots', () => {
  it('lets so many in and the others wait, in their order', async () => {
    const slots = new Slots(1);
    const first = new AbortController();
    const ended = once(first.signal);
    const order: string[] = [];
    const enter = (name: string) => async () => {
      order.push(name);
    };
    const all = [
      slots.run(async () => {
        order.push('a');
        await ended;
      }, never()),
      slots.run(enter('b'), never()),
      slots.run(enter('c'), never()),
    ];
    await vi.waitFor(() => expect(order).toEqual(['a']));
    first.abort();
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('forgets who stopped waiting, and frees the place of who failed', async () => {
    const slots = new Slots(1);
    const first = new AbortController();
    const ended = once(first.signal);
    const failing = slots.run(async () => {
      await ended;
      throw new Error('broken');
    }, never());
    const stopper = new AbortController();
    const stopped = slots.run(async () => 'late', stopper.signal);
    const patient = slots.run(async () => 'in', never());
    stopper.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    first.abort();
    await expect(failing).rejects.toThrow('broken');
    await expect(patient).resolves.toBe('in');
  });
});
