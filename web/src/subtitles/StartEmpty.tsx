/** Instead of the list while there is no cue: from nothing, or from another language. */
import { languageName } from '../format';
import { messages } from '../messages';
import { captionIn, languagesOf } from './languages';
import type { SubtitledJob } from './operations';
import type { Action } from './state';
import { readText } from './useStored';
import { readVtt } from './vtt';

interface Props {
  job: SubtitledJob;
  language: string;
  send: (action: Action) => void;
}

export function StartEmpty({ job, language, send }: Props) {
  const texts = messages.subtitles;
  const copy = async (from: string) => {
    const caption = captionIn(job, from);
    const doc = caption && readVtt(await readText(caption.output.playbackUrl));
    if (doc) send({ type: 'copy', from: doc });
  };
  return (
    <div className="grid justify-items-center gap-3 px-4 py-8 text-center">
      <p className="font-semibold">{texts.emptyTitle}</p>
      <p className="text-small text-muted">{texts.emptyHint}</p>
      {languagesOf(job)
        .filter((one) => one !== language)
        .map((one) => (
          <button key={one} type="button" className="button" onClick={() => void copy(one)}>
            {texts.copyFrom(languageName(one))}
          </button>
        ))}
    </div>
  );
}
