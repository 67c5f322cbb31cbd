import { expect, test } from 'vitest';
import { fits, isRefusal, issuesIn, issuesOf, type Issue, MOST_BYTES } from './issues';
import { cueAt } from './place';
import { type Cue, newId } from './vtt';

const cue = (start: number, end: number, text = 'Good'): Cue => ({
  id: newId(),
  start,
  end,
  text,
  settings: '',
  name: '',
  above: [],
});
const only = (one: Cue): Issue[] => issuesIn(issuesOf([one]), one.id);

test.each<[Issue[], Cue]>([
  [[], cue(0, 2000)],
  [['empty'], cue(0, 2000, ' \n ')],
  [['backwards'], cue(2000, 2000)],
  [['late'], cue(0, 8 * 86_400_000)],
  [['short'], cue(0, 600)],
  [['fast'], cue(0, 1000, 'x'.repeat(22))],
  [[], cue(0, 1000, '<i>xxxxx</i> <v Annabelle the Great>x</v>')],
  [['wide'], cue(0, 9000, `short\n${'x'.repeat(43)}`)],
  [['high'], cue(0, 9000, 'a\nb\nc')],
  [['open'], cue(0, 9000, '<b>a')],
])('%j', (issues, one) => {
  expect(only(one)).toEqual(issues);
});

test('only what the API refuses keeps anybody from saving', () => {
  const all: Issue[] = [
    'empty',
    'backwards',
    'late',
    'overlap',
    'short',
    'fast',
    'wide',
    'high',
    'open',
  ];
  expect(all.filter(isRefusal)).toEqual(['empty', 'backwards', 'late']);
  expect(fits('x'.repeat(MOST_BYTES - 2))).toBe(true);
  expect(fits('ü'.repeat(MOST_BYTES / 2))).toBe(false);
});

test('an overlap is said of the later one, also behind a long one', () => {
  const cues = [cue(0, 9000), cue(1000, 2000), cue(3000, 4000), cue(9000, 10_000)];
  const found = issuesOf(cues);
  expect(cues.map(({ id }) => issuesIn(found, id))).toEqual([[], ['overlap'], ['overlap'], []]);
});

test('the cue that is shown is the latest that has begun', () => {
  const cues = [cue(1000, 5000), cue(2000, 3000), cue(6000, 7000)];
  const at = (time: number) => cues.findIndex(({ id }) => id === cueAt(cues, time));
  expect([0, 1000, 2500, 3000, 5000, 6500, 7000].map(at)).toEqual([-1, 0, 1, 0, -1, 2, -1]);
  expect(cueAt([], 0)).toBeNull();
});
