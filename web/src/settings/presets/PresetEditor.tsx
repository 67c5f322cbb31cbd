/** One preset: its words, and its recipe as a form and as YAML, which always say the same. */
import { Link, useBlocker, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { useMutation } from 'urql';
import { announce } from '../../app/announce';
import { refusalOf, whyFailed } from '../../app/refusal';
import { messages } from '../../messages';
import { useTitle } from '../../ui/useTitle';
import { type Preset, SavePreset } from './operations';
import type { Path } from './problems';
import { RecipeForm } from './RecipeForm';
import { changed, read } from './recipe';
import { asInput, pathOfField } from './spelling';
import { type Said, WordFields } from './WordFields';
import { YamlEditor } from './YamlEditor';

const texts = messages.presets;

export interface Start extends Said {
  /** The one that is changed; null for a new one. */
  preset: Preset | null;
  text: string;
}

interface Props {
  start: Start;
  mayWrite: boolean;
  /** Answers when the list of presets has it. */
  onSaved: () => Promise<unknown>;
}

/** What the server said of exactly this text. */
interface Refusal {
  of: string;
  why: string;
  /** In the recipe; null where the fault is elsewhere. */
  path: Path | null;
  field: string | undefined;
}

export function PresetEditor({ start, mayWrite, onSaved }: Props) {
  const [said, setSaid] = useState<Said>(start);
  const [text, setText] = useState(start.text);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [kept, setKept] = useState(start);
  const navigate = useNavigate();
  const reading = useMemo(() => read(text), [text]);
  const { save, fetching } = useSaving();
  const { preset } = kept;
  const fixed = !mayWrite || preset?.builtin === true;
  useTitle(preset ? texts.editTitle(preset.title) : texts.newTitle);
  const dirty = !fixed && (text !== kept.text || !sameWords(said, kept));
  useAskBeforeLeaving(dirty);

  const current = refusal?.of === text ? refusal : null;
  const problems = [
    ...reading.problems,
    ...(current?.path ? [{ path: current.path, text: current.why, line: 0 }] : []),
  ];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (reading.recipe === null || reading.problems.length > 0) return;
    const answer = await save(said, reading.recipe);
    if ('why' in answer) {
      setRefusal({ of: text, ...answer });
      return;
    }
    setRefusal(null);
    setKept({ ...said, preset: answer.preset, text });
    announce(texts.saved(answer.preset.title, answer.preset.version));
    await onSaved();
    const search = { name: answer.preset.name };
    // What a reload shows; nothing is lost by it.
    if (!preset)
      void navigate({ to: '/settings/presets/edit', search, replace: true, ignoreBlocker: true });
  };

  return (
    <form className="grid gap-4" noValidate onSubmit={(event) => void submit(event)}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{preset ? texts.editTitle(preset.title) : texts.newTitle}</h1>
        {preset && mayWrite && (
          <Link to="/settings/presets/edit" search={{ from: preset.name }} className="button">
            {texts.copy}
          </Link>
        )}
      </div>
      <p className="text-small text-muted">
        {preset && (preset.builtin ? texts.shippedHint : texts.next(preset.version))}
        {!mayWrite && ` ${texts.forbidden}`}
      </p>
      <WordFields
        said={said}
        named={preset !== null}
        fixed={fixed}
        refused={current?.field}
        onChange={setSaid}
      />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <RecipeForm
          recipe={reading.recipe}
          problems={problems}
          fixed={fixed}
          onChange={(path, value) => setText((now) => changed(now, path, value))}
        />
        <YamlEditor text={text} problems={problems} fixed={fixed} onChange={setText} />
      </div>
      {current && (
        <p role="alert" className="field-error">
          {texts.refused(current.why)}
        </p>
      )}
      {!fixed && (
        <div className="flex flex-wrap items-center gap-3">
          <button
            type="submit"
            className="button button--primary"
            disabled={fetching || problems.length > 0}
          >
            {fetching ? texts.saving : texts.save}
          </button>
          {!dirty && preset && (
            <p className="text-small text-good">{texts.saved(preset.title, preset.version)}</p>
          )}
        </div>
      )}
    </form>
  );
}

const sameWords = (one: Said, other: Said) =>
  one.name === other.name && one.title === other.title && one.description === other.description;

/** Also before the tab is closed. */
function useAskBeforeLeaving(dirty: boolean): void {
  useBlocker({
    // eslint-disable-next-line no-alert -- the browser asks the same way when the tab is closed
    shouldBlockFn: () => dirty && !confirm(texts.leave),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  });
}

type Answer = { preset: Preset } | Omit<Refusal, 'of'>;
function useSaving() {
  const [{ fetching }, execute] = useMutation(SavePreset);
  const save = async (said: Said, recipe: object): Promise<Answer> => {
    const { data, error } = await execute({
      input: {
        name: said.name.trim(),
        title: said.title.trim() || null,
        description: said.description.trim(),
        recipe: asInput(recipe) as object,
      },
    });
    const preset = data?.savePreset.preset;
    if (preset) return { preset };
    const [first] = data?.savePreset.userErrors ?? [];
    const path = pathOfField(first?.field ?? null);
    const why = refusalOf(error, data?.savePreset.userErrors) ?? whyFailed(error);
    // The place stands before the words where the server names it; here it stands beside them.
    if (path) return { why: why.replace(/^[\w.]+: /, ''), path, field: undefined };
    return { why, path, field: first?.field?.at(-1) };
  };
  return { save, fetching };
}
