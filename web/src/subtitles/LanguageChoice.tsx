/** Which subtitles are on the page; a choice is an address of its own. */
import { useNavigate } from '@tanstack/react-router';
import { languageName } from '../format';
import { messages } from '../messages';
import { LANGUAGES, languagesOf } from './languages';
import type { SubtitledJob } from './operations';

export function LanguageChoice({ job, language }: { job: SubtitledJob; language: string }) {
  const navigate = useNavigate();
  const texts = messages.subtitles;
  const there = languagesOf(job);
  const others = [...new Set([...LANGUAGES, language])]
    .filter((code) => !there.includes(code))
    .map((code) => ({ code, name: languageName(code) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <label className="grid gap-1 text-small">
      {texts.language}
      <select
        value={language}
        onChange={({ target }) =>
          void navigate({
            to: '/jobs/$id/subtitles',
            params: { id: job.id },
            search: { language: target.value },
            replace: true,
          })
        }
      >
        {there.length > 0 && (
          <optgroup label={texts.existing}>
            {there.map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={texts.others}>
          {others.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
