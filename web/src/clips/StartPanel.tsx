/** Makes a job of the clips. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { messages } from '../messages';
import { sentence } from '../upload/text';
import type { Clip } from './draft';
import { useEditor } from './editor';
import { recalledTitle, remember, rememberTitle } from './memory';
import type { FilmAsset } from './operations';
import { byClip, problemOf } from './problems';
import { rounded } from './time';
import { useStartJob } from './useStartJob';

const texts = messages.clips;

interface Props {
  asset: FilmAsset;
  /** Told what the server said of clips, as they were then. */
  onRefused: (refused: ReadonlyMap<Clip, string>) => void;
}

export function StartPanel({ asset, onRefused }: Props) {
  const { film, draft, clear } = useEditor();
  const { clips } = draft;
  const [title, setTitle] = useState(() => recalledTitle(asset.id));
  // It is about the clips as they were when it was asked.
  const [problem, setProblem] = useState<{ clips: Clip[]; text: string } | null>(null);
  const { starting, start } = useStartJob('clips');
  const navigate = useNavigate();

  const ask = async () => {
    const wrong = clips.some((clip) => problemOf(clip, film.duration));
    // A time that could not be read is known to its field only.
    const field = document.querySelector<HTMLElement>('.clip__time[aria-invalid="true"]');
    if (wrong || field) {
      setProblem({ clips, text: texts.mend });
      field?.focus();
      return;
    }
    const { job, errors } = await start({
      assetId: asset.id,
      recipe: { clips: clips.map(inputOf) },
      ...(title.trim() && { title: title.trim() }),
    });
    if (job) {
      remember(asset.id, []);
      rememberTitle(asset.id, '');
      void navigate({ to: '/jobs/$id', params: { id: job } });
      return;
    }
    const { general, ofClip } = byClip(errors);
    setProblem({ clips, text: general[0] ? texts.refused(general[0]) : texts.mend });
    onRefused(
      new Map([...ofClip].flatMap(([place, why]) => (clips[place] ? [[clips[place], why]] : []))),
    );
  };

  const throwAway = () => {
    rememberTitle(asset.id, '');
    clear();
  };

  return (
    <form
      className="card card--padded grid gap-3 text-small"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label className="grid gap-1">
        {texts.job}
        <input
          type="text"
          maxLength={200}
          placeholder={asset.title}
          value={title}
          onChange={({ target }) => {
            setTitle(target.value);
            rememberTitle(asset.id, target.value);
          }}
        />
      </label>
      <p className="muted">{texts.jobHint}</p>
      {problem?.clips === clips && (
        <p className="field-error" role="alert">
          {sentence(problem.text)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button--primary" disabled={starting}>
          {starting ? texts.starting : texts.startJob(clips.length)}
        </button>
        <button type="button" className="button" onClick={throwAway}>
          {texts.throwAway}
        </button>
      </div>
      <p className="muted">{texts.kept}</p>
    </form>
  );
}

const inputOf = ({ start, end, mode, title }: Clip) => ({
  start: rounded(start),
  ...(end !== null && { end: rounded(end) }),
  mode,
  ...(title.trim() && { title: title.trim() }),
});
