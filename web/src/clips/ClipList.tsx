/** The clips in the order of their files. */
import { useId, useState } from 'react';
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { nameOf } from './deeds';
import { type Clip, type ClipMode, LONGEST_TITLE } from './draft';
import { useEditor } from './editor';
import { type Edge, problemOf } from './problems';
import { TimeField } from './TimeField';

const texts = messages.clips;
const MODES: ClipMode[] = ['EXACT', 'SMART', 'COPY'];

interface Props {
  /** Whether there is a film to be watched. */
  watched: boolean;
  /** What the server said of a clip as it is. */
  refused: ReadonlyMap<Clip, string>;
}

export function ClipList({ watched, refused }: Props) {
  const { draft, add } = useEditor();
  return (
    <section className="grid gap-3" aria-labelledby="clips-title">
      <h2 id="clips-title">{texts.list}</h2>
      {draft.clips.length === 0 && (
        <div className="card card--padded grid justify-items-start gap-3">
          <p className="muted">{watched ? texts.none : texts.noneUnseen}</p>
          <button type="button" className="button" onClick={add}>
            {texts.add}
          </button>
        </div>
      )}
      <ol className="grid gap-3">
        {draft.clips.map((clip) => (
          <ClipRow key={clip.id} clip={clip} watched={watched} refused={refused.get(clip)} />
        ))}
      </ol>
    </section>
  );
}

interface RowProps {
  clip: Clip;
  watched: boolean;
  refused: string | undefined;
}

function ClipRow({ clip, watched, refused }: RowProps) {
  const { draft, act, film, preview, remove } = useEditor();
  const id = useId();
  const name = nameOf(draft.clips, clip);
  const change = (patch: Partial<Clip>) => act({ do: 'change', id: clip.id, patch });
  const [typed, setTyped] = useState<Edge>('end');
  const problem = problemOf(clip, film.duration, typed);
  const problemOn = (edge: Edge) => (problem?.edge === edge ? `${id}-problem` : undefined);
  const retime = (edge: Edge, patch: Partial<Clip>) => {
    setTyped(edge);
    change(patch);
  };
  const chosen = clip.id === draft.selected;
  const select = () => {
    if (!chosen) act({ do: 'select', id: clip.id });
  };
  const end = clip.end ?? film.duration;
  return (
    // Whichever of its fields is used, the timeline shows that clip.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li className="card clip" aria-current={chosen} onFocus={select}>
      <div className="clip__head">
        <button type="button" className="clip__name" aria-pressed={chosen} onClick={select}>
          {texts.clip(draft.clips.indexOf(clip) + 1)}
        </button>
        {end !== null && end > clip.start && (
          <span className="muted">{texts.lasts(formatTimecode(end - clip.start))}</span>
        )}
        <span className="clip__buttons">
          {watched && (
            <button
              type="button"
              className="button"
              aria-label={texts.previewOf(name)}
              onClick={() => preview(clip)}
            >
              {texts.play}
            </button>
          )}
          <button
            type="button"
            className="button"
            aria-label={texts.removeOf(name)}
            onClick={() => remove(clip)}
          >
            {texts.remove}
          </button>
        </span>
      </div>
      <div className="clip__fields">
        <TimeField
          label={texts.start}
          value={clip.start}
          problemId={problemOn('start')}
          onChange={(start) => start !== null && retime('start', { start })}
        />
        <TimeField
          label={texts.end}
          value={clip.end}
          open
          problemId={problemOn('end')}
          onChange={(to) => retime('end', { end: to })}
        />
      </div>
      {problem && (
        <p id={`${id}-problem`} className="field-error" role="alert">
          {problem.text}
        </p>
      )}
      <div className="grid gap-1">
        <label htmlFor={`${id}-title`}>{texts.clipTitle}</label>
        <input
          id={`${id}-title`}
          type="text"
          maxLength={LONGEST_TITLE}
          placeholder={texts.titleHint}
          value={clip.title}
          aria-invalid={refused !== undefined}
          aria-describedby={refused ? `${id}-refused` : undefined}
          onChange={({ target }) => change({ title: target.value })}
        />
      </div>
      <Mode mode={clip.mode} onChange={(mode) => change({ mode })} />
      {refused && (
        <p id={`${id}-refused`} className="field-error" role="alert">
          {refused}
        </p>
      )}
    </li>
  );
}

function Mode({ mode, onChange }: { mode: ClipMode; onChange: (mode: ClipMode) => void }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id}>{texts.mode}</label>
      <select
        id={id}
        value={mode}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value as ClipMode)}
      >
        {MODES.map((one) => (
          <option key={one} value={one}>
            {texts.modes[one].name}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="muted">
        {texts.modes[mode].hint}
      </p>
    </div>
  );
}
