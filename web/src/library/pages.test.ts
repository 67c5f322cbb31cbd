import { describe, expect, it } from 'vitest';
import { idsBetween, itemAt, PAGE, PagedList } from './pages';

interface Thing {
  id: string;
}

/** A library of `total` things; what was asked of it is noted. */
function library(total: number) {
  const asked: (string | null)[] = [];
  const state = { total, broken: false };
  const list = new PagedList<Thing>(async (after) => {
    asked.push(after);
    await Promise.resolve();
    if (state.broken) throw new Error('down');
    const from = after === null ? 0 : Number(after);
    const to = Math.min(state.total, from + PAGE);
    const nodes = Array.from({ length: to - from }, (_, index) => ({
      id: `t${from + index}/${state.total}`,
    }));
    return { nodes, endCursor: String(to), hasNextPage: to < state.total };
  });
  return { list, asked, state };
}

const settle = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve);
  });

async function scrolledTo(list: PagedList<Thing>, index: number) {
  while (list.listing.get().count <= index) {
    const { count } = list.listing.get();
    list.look(count - 10, count - 1);
    await settle();
  }
}

describe('PagedList', () => {
  it('reads on when the end comes near, and stops at the end', async () => {
    const { list, asked } = library(PAGE + 5);
    await list.refresh();
    expect(list.listing.get()).toMatchObject({ ready: true, ended: false, count: PAGE });
    list.look(0, 10);
    expect(asked).toEqual([null]);
    list.look(20, PAGE - 20);
    list.look(20, PAGE - 20);
    await settle();
    expect(asked).toEqual([null, String(PAGE)]);
    expect(list.listing.get()).toMatchObject({ ended: true, count: PAGE + 5 });
    expect(itemAt(list.listing.get(), PAGE + 4)?.id).toBe(`t${PAGE + 4}/${PAGE + 5}`);
  });

  it('lets go what is far, and reads it again when somebody comes back', async () => {
    const { list, asked } = library(100 * PAGE);
    await list.refresh();
    await scrolledTo(list, 30 * PAGE);
    const { slots, count } = list.listing.get();
    expect(slots.filter((slot) => slot.items).length).toBeLessThan(20);
    expect(itemAt(list.listing.get(), 3)).toBeUndefined();
    expect(idsBetween(list.listing.get(), 3, 2)).toEqual([`t2/${100 * PAGE}`, `t3/${100 * PAGE}`]);
    const before = asked.length;
    list.look(0, 10);
    await settle();
    expect(asked.slice(before)).toEqual([null, String(PAGE)]);
    expect(itemAt(list.listing.get(), 3)?.id).toBe(`t3/${100 * PAGE}`);
    expect(list.listing.get().count).toBe(count);
  });

  it('begins anew when the newest page has changed, and keeps the rest when it has not', async () => {
    const { list, state } = library(3 * PAGE);
    await list.refresh();
    await scrolledTo(list, PAGE + 1);
    await list.refresh();
    expect(list.listing.get().count).toBe(2 * PAGE);
    state.total += 1;
    await list.refresh();
    expect(list.listing.get()).toMatchObject({ count: PAGE, ended: false });
  });

  it('says that it failed, asks no more by itself, and goes on after a refresh', async () => {
    const { list, asked, state } = library(3 * PAGE);
    await list.refresh();
    state.broken = true;
    list.look(PAGE - 5, PAGE - 1);
    await settle();
    expect(list.listing.get()).toMatchObject({ failed: true, ready: true, count: PAGE });
    const before = asked.length;
    list.look(PAGE - 5, PAGE - 1);
    expect(asked).toHaveLength(before);
    state.broken = false;
    await list.refresh();
    expect(list.listing.get().failed).toBe(false);
  });

  it('goes on where it was when what is missing can be read again', async () => {
    const { list, state } = library(PAGE * 3);
    await list.refresh();
    state.broken = true;
    list.look(PAGE - 10, PAGE - 1);
    await settle();
    expect(list.listing.get()).toMatchObject({ failed: true, count: PAGE });
    state.broken = false;
    list.goOn();
    await settle();
    expect(list.listing.get()).toMatchObject({ failed: false, count: PAGE * 2 });
  });
});
