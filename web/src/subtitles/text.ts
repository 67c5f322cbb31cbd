/**
 * The text of a cue as people edit it, and as WebVTT has it. Pure.
 *
 * The tags of WebVTT (`<i>`, `<v Roger>`) are the same in both; `&` and any other `<` are typed as
 * they are and escaped where they are stored. What is a tag is what the API takes for one
 * (schema/webvtt.py).
 */

const TIME = String.raw`(?:\d{2,4}:)?[0-5]\d:[0-5]\d\.\d{3}`;
const TAG = new RegExp(
  String.raw`</?(?:[biuc]|v|lang|ruby|rt)(?:\.[^\s<>&.]+)*(?:[ \t][^<>\n]*)?>|<${TIME}>`,
  'g',
);
const BARE = /&(?!(?:amp|lt|gt|lrm|rlm|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g;
const MARKS = { lt: '<', gt: '>', amp: '&', nbsp: '\u00a0' };
// What the API refuses in a text; tabs and line ends are none of it.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** As it stands in a WebVTT file: without empty lines, which would end the cue. */
export function toSource(text: string): string {
  const lines = text.replace(CONTROL, '').split(/\r\n|\r|\n/);
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => outsideTags(line, escaped).replaceAll('-->', '--&gt;'))
    .join('\n');
}

/** As people edit it. What would become another text when it is saved again stays escaped. */
export function toText(source: string): string {
  const plain = outsideTags(source, (part) =>
    part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
  return toSource(plain) === toSource(source.replaceAll('&gt;', '>')) ? plain : source;
}

/** What is read aloud and counted: no tags. */
export const withoutTags = (text: string): string => text.replace(TAG, '');

/** Bold, italics and underlined are all that SubRip knows. */
export const toSubRip = (text: string): string =>
  text
    .replace(TAG, (tag) => (/^<\/?[biu]>$/.test(tag) ? tag : ''))
    .replace(/&(lt|gt|amp|nbsp);/g, (_, name: keyof typeof MARKS) => MARKS[name])
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .join('\n');

function outsideTags(text: string, change: (part: string) => string): string {
  let made = '';
  let from = 0;
  for (const { 0: tag, index } of text.matchAll(TAG)) {
    made += change(text.slice(from, index)) + tag;
    from = index + tag.length;
  }
  return made + change(text.slice(from));
}

const escaped = (part: string): string => part.replace(BARE, '&amp;').replaceAll('<', '&lt;');
