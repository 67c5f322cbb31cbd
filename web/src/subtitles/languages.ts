/** Languages that subtitles can be in, and those that a job has. Pure. */
import type { Job } from '../jobs/operations';
import { captionsOf } from '../jobs/state';

/** ISO 639-1: what players know; the API takes codes of three letters, too. */
export const LANGUAGES = (
  'aa ab af ak am an ar as av ay az ba be bg bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ' +
  'ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy ia id ie ig ik ' +
  'io is it iu ja jv ka kg ki kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi ' +
  'mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ' +
  'ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt ' +
  'tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'
).split(' ');

export const languagesOf = (job: Job): string[] => [
  ...new Set(captionsOf(job).map(({ language }) => language)),
];

/** What somebody has saved goes before what was made. */
export function captionIn(job: Job, language: string) {
  const all = captionsOf(job).filter((one) => one.language === language);
  return all.find(({ saved }) => saved) ?? all[0];
}

/** The output that a save would take the place of. */
export const savedIn = (job: Job, language: string): string | null =>
  captionsOf(job).find((one) => one.saved && one.language === language)?.output.id ?? null;

/** What is opened where the address does not say. */
export function languageToOpen(job: Job, asked: string | undefined, browser: string): string {
  if (asked) return asked;
  const spoken = browser.slice(0, 2).toLowerCase();
  const there = languagesOf(job);
  const own = there.includes(spoken) || there.length === 0;
  return own && LANGUAGES.includes(spoken) ? spoken : (there[0] ?? 'en');
}
