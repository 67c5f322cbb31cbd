/** /settings/presets: those that ship, and the project's own. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { announce } from '../../app/announce';
import { refusalOf } from '../../app/refusal';
import { messages } from '../../messages';
import { useTitle } from '../../ui/useTitle';
import { Question } from '../Question';
import { Trouble } from '../Trouble';
import { useViewer } from '../viewer';
import { DeletePreset, type Preset } from './operations';
import { usePresetList } from './usePresetList';

const texts = messages.presets;

export function PresetsPage() {
  useTitle(messages.settings.presets);
  const { presets, failed, refresh } = usePresetList();
  const { viewer } = useViewer();
  const mayWrite = viewer?.scopes.includes('WRITE') ?? false;
  const lists = [
    { title: texts.own, presets: presets?.filter((one) => !one.builtin) },
    { title: texts.builtin, presets: presets?.filter((one) => one.builtin) },
  ];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{messages.settings.presets}</h1>
        {mayWrite && (
          <Link to="/settings/presets/edit" className="button button--primary">
            {texts.make}
          </Link>
        )}
      </div>
      <p className="max-w-[65ch] text-small text-muted">{texts.intro}</p>
      {viewer && !mayWrite && <p className="text-small text-muted">{texts.forbidden}</p>}
      {failed && <Trouble title={texts.failedTitle} refresh={refresh} />}
      {!presets && !failed && (
        <div role="status" aria-label={texts.loading} className="card card--padded grid gap-2">
          <span className="skeleton skeleton--title" />
          <span className="skeleton skeleton--text" />
        </div>
      )}
      {presets &&
        lists.map((list) => (
          <section key={list.title} className="grid gap-2" aria-label={list.title}>
            <h2>{list.title}</h2>
            {list.presets?.length === 0 && <p className="text-small text-muted">{texts.none}</p>}
            {list.presets && list.presets.length > 0 && (
              <ul className="card rows">
                {list.presets.map((one) => (
                  <PresetRow key={one.name} preset={one} mayWrite={mayWrite} onGone={refresh} />
                ))}
              </ul>
            )}
          </section>
        ))}
    </>
  );
}

interface RowProps {
  preset: Preset;
  mayWrite: boolean;
  onGone: () => void;
}

function PresetRow({ preset, mayWrite, onGone }: RowProps) {
  const [asking, setAsking] = useState(false);
  const { name, title, description, builtin, version } = preset;
  return (
    <li className="row">
      <div className="row__main gap-1!">
        <Link
          to="/settings/presets/edit"
          search={{ name }}
          className="breakable font-medium text-text"
        >
          {title}
        </Link>
        {description && <p className="breakable text-small">{description}</p>}
        <p className="facts">
          <span>
            <code>{name}</code>
          </span>
          {!builtin && <span>{texts.version(version)}</span>}
        </p>
      </div>
      {mayWrite && (
        <div className="row__actions">
          <Link
            to="/settings/presets/edit"
            search={{ from: name }}
            className="button"
            aria-label={texts.copyOf(title)}
          >
            {texts.copy}
          </Link>
          {!builtin && (
            <button
              type="button"
              className="button text-bad!"
              aria-label={texts.deleteOf(title)}
              onClick={() => setAsking(true)}
            >
              {texts.delete}
            </button>
          )}
        </div>
      )}
      {asking && <Delete preset={preset} onGone={onGone} onClose={() => setAsking(false)} />}
    </li>
  );
}

interface DeleteProps {
  preset: Preset;
  onGone: () => void;
  onClose: () => void;
}

function Delete({ preset, onGone, onClose }: DeleteProps) {
  const [{ fetching }, remove] = useMutation(DeletePreset);
  const [refused, setRefused] = useState<string | null>(null);
  const act = async () => {
    const { data, error } = await remove({ input: { name: preset.name } });
    const refusal = refusalOf(error, data?.deletePreset.userErrors);
    setRefused(refusal);
    if (refusal !== null) return;
    announce(texts.deleted(preset.title));
    onClose();
    onGone();
  };
  return (
    <Question
      title={texts.question(preset.title)}
      verb={texts.delete}
      busy={fetching}
      refused={refused}
      onYes={() => void act()}
      onClose={onClose}
    >
      <p className="text-small">{texts.questionHint}</p>
    </Question>
  );
}
