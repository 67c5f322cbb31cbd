import { describe, expect, it } from 'vitest';
import { fromInput, walk } from './picked';

/** A folder as browsers show it: so many entries an answer, then none. */
function folder(name: string, entries: FileSystemEntry[]): FileSystemDirectoryEntry {
  const batches = entries.map((entry) => [entry]);
  return {
    name,
    isDirectory: true,
    isFile: false,
    createReader: () => ({
      readEntries: (done: (some: FileSystemEntry[]) => void) => done(batches.shift() ?? []),
    }),
  } as unknown as FileSystemDirectoryEntry;
}

const entry = (name: string) =>
  ({
    name,
    isDirectory: false,
    isFile: true,
    file: (done: (file: File) => void) => done(new File(['x'], name)),
  }) as unknown as FileSystemEntry;

describe('walk', () => {
  it('finds every file in every folder, in the order of their names, with its way', async () => {
    const trip = folder('Trip', [
      entry('10.mp4'),
      entry('.DS_Store'),
      folder('day 1', [entry('a.mp4'), entry('Thumbs.db')]),
      entry('9.mp4'),
    ]);
    const found = await walk(trip, 'Trip');
    expect(found.map((one) => `${one.folder}/${one.file.name}`)).toEqual([
      'Trip/9.mp4',
      'Trip/10.mp4',
      'Trip/day 1/a.mp4',
    ]);
  });
});

describe('fromInput', () => {
  it('keeps the folder of a file that was chosen with it', () => {
    const inFolder = Object.assign(new File(['x'], 'a.mp4'), {
      webkitRelativePath: 'Trip/day 1/a.mp4',
    });
    const alone = Object.assign(new File(['x'], '.b.mp4'), { webkitRelativePath: '' });
    const litter = Object.assign(new File(['x'], '.DS_Store'), {
      webkitRelativePath: 'Trip/.DS_Store',
    });
    const found = fromInput([inFolder, alone, litter]);
    expect(found.map((one) => [one.folder, one.file.name])).toEqual([
      ['Trip/day 1', 'a.mp4'],
      ['', '.b.mp4'],
    ]);
  });
});
