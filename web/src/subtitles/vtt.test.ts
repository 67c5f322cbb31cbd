import { expect, test } from 'vitest';
import { clock, EMPTY, readClock, readVtt, type Subtitles, writeSrt, writeVtt } from './vtt';

const FILE = `WEBVTT - by hand
X-TIMESTAMP-MAP=LOCAL:00:00:00.000

STYLE
::cue { color: red }

NOTE first

one
00:01.000 --> 00:02.500 line:0 align:start
Fish &amp; <i>chips</i>
&lt;script&gt;

what is this

00:00:03.000 --> 00:00:04.000
two

NOTE the end
`;

const read = (file: string): Subtitles => {
  const doc = readVtt(file);
  if (!doc) throw new Error('no WebVTT');
  return doc;
};

test('a file that is read and written keeps what nobody understood', () => {
  const again = writeVtt(read(FILE));
  expect(again).toBe(
    FILE.replace('00:01.000 --> 00:02.500', '00:00:01.000 --> 00:00:02.500').replace(
      '&lt;script&gt;',
      '&lt;script>',
    ),
  );
  expect(writeVtt(read(again))).toBe(again);
});

test('cues have their times, name and settings', () => {
  const [one, two] = read(FILE).cues;
  expect(one).toMatchObject({
    start: 1000,
    end: 2500,
    name: 'one',
    settings: 'line:0 align:start',
    text: 'Fish & <i>chips</i>\n<script>',
    above: ['STYLE\n::cue { color: red }', 'NOTE first'],
  });
  expect(two).toMatchObject({ start: 3000, end: 4000, above: ['what is this'] });
});

test('files of other systems are read', () => {
  const doc = read(
    '\uFEFFWEBVTT\r\n\r\n01:02:03.004 --> 01:02:04.000\r\nHi\r\nyou\r\n\r\n\r\n\r\n',
  );
  expect(doc.cues).toMatchObject([{ start: 3_723_004, end: 3_724_000, text: 'Hi\nyou' }]);
  expect(readVtt('1\n00:00:01,000 --> 00:00:02,000\nSubRip\n')).toBeNull();
  expect(readVtt('WEBVTTX\n\n')).toBeNull();
  expect(writeVtt(EMPTY)).toBe('WEBVTT\n');
});

test('what is written is in the order of the beginnings', () => {
  const [one, two] = read(FILE).cues;
  if (!one || !two) throw new Error('no cues');
  const late = { ...EMPTY, cues: [{ ...one, start: 9000, end: 9500 }, two] };
  expect(read(writeVtt(late)).cues.map(({ start }) => start)).toEqual([3000, 9000]);
});

test('SubRip has numbers, commas, and no other tags than bold, italics and underlined', () => {
  const doc = read(
    'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann><i>A &amp; B</i> &lt;x&gt; <c.red>r</c>\n',
  );
  expect(writeSrt(doc)).toBe('1\n00:00:01,000 --> 00:00:02,000\n<i>A & B</i> <x> r\n');
});

test('times are whole milliseconds', () => {
  expect(clock(3_723_004)).toBe('01:02:03.004');
  expect(readClock('1:02:03.004')).toBe(3_723_004);
  expect(readClock('1:75')).toBeNull();
});
