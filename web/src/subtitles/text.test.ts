import { expect, test } from 'vitest';
import { toSource, toSubRip, toText, withoutTags } from './text';

test.each([
  ['Fish & chips', 'Fish &amp; chips'],
  ['<b>& <img src=x onerror=alert(1)>', '<b>&amp; &lt;img src=x onerror=alert(1)>'],
  ['<script>', '&lt;script>'],
  ['1 < 2 --> 3', '1 &lt; 2 --&gt; 3'],
  ['<v Ann>Hi <00:01.000>there', '<v Ann>Hi <00:01.000>there'],
  ['AT&T &amp; &nbsp;', 'AT&amp;T &amp; &nbsp;'],
])('%s is stored as %s', (text, source) => {
  expect(toSource(text)).toBe(source);
});

test('empty lines and control marks would break the file', () => {
  expect(toSource('a\n\n  \nb\u0007\r\nc')).toBe('a\nb\nc');
});

test.each([
  ['Fish &amp; chips', 'Fish & chips'],
  ['&lt;script&gt;', '<script>'],
  ['a --&gt; b', 'a --> b'],
  // Shown as it is: without the escape it would be a tag, or an escape.
  ['&lt;b&gt;', '&lt;b&gt;'],
  ['&amp;lt;', '&amp;lt;'],
])('%s is edited as %s and means the same when it is saved', (source, text) => {
  expect(toText(source)).toBe(text);
  expect(toSource(text).replaceAll('&gt;', '>')).toBe(source.replaceAll('&gt;', '>'));
});

test('tags are not counted, and SubRip keeps three of them', () => {
  expect(withoutTags('<i>a</i> <v Ann>b <x>')).toBe('a b <x>');
  expect(toSubRip('<i>a</i> <v Ann>b\n\n&lt;b&gt; & c')).toBe('<i>a</i> b\n<b> & c');
});
