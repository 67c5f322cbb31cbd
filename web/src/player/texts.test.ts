import { describe, expect, it } from 'vitest';
import { withoutCorrected } from './texts';

const text = (name: string, language: string, more = '') =>
  `#EXT-X-MEDIA:TYPE=SUBTITLES,URI="${name}.m3u8",GROUP-ID="text",LANGUAGE="${language}",NAME="${name}"${more}`;
const AUDIO = '#EXT-X-MEDIA:TYPE=AUDIO,URI="a.m3u8",GROUP-ID="audio",LANGUAGE="en",NAME="English"';
const VARIANT = '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio",SUBTITLES="text"\nv.m3u8';
const playlist = (...texts: string[]) => ['#EXTM3U', AUDIO, ...texts, VARIANT, ''].join('\n');

describe('withoutCorrected', () => {
  it('leaves a stream as it is where nothing was corrected', () => {
    const whole = playlist(text('English', 'en'));
    expect(withoutCorrected(whole, [])).toBe(whole);
    expect(withoutCorrected(whole, ['de'])).toBe(whole);
  });

  it('takes the text of the language, and the group with its last one', () => {
    const whole = playlist(text('English', 'en'), text('German', 'de'));
    expect(withoutCorrected(whole, ['en'])).toBe(playlist(text('German', 'de')));
    expect(withoutCorrected(whole, ['eng'])).toBe(playlist(text('German', 'de')));
    expect(withoutCorrected(whole, ['en', 'de'])).toBe(playlist().replace(',SUBTITLES="text"', ''));
  });

  it('leaves what is forced, and all but the first of a language', () => {
    const forced = text('Signs', 'en', ',FORCED=YES');
    const whole = playlist(forced, text('English', 'eng'), text('English (SDH)', 'en'));
    expect(withoutCorrected(whole, ['en'])).toBe(playlist(forced, text('English (SDH)', 'en')));
  });
});
