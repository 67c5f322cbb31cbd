/** What can be done with the chosen assets; it stands below them while there are any. */
import { type FormEvent, useState } from 'react';
import { useClient } from 'urql';
import { announce } from '../app/announce';
import type { Outcome } from '../app/many';
import { formatCount } from '../format';
import { messages } from '../messages';
import { ActionBar } from '../ui/ActionBar';
import { Modal } from '../ui/Modal';
import { DEFAULT_PRESET, usePresets } from '../upload/presets';
import { deleteAssets, startPreset, tagAssets } from './actions';
import type { Selection } from '../ui/useSelection';

type Question = 'delete' | 'tag' | 'start';

interface Props {
  selection: Selection;
  /** Told when something was changed. */
  onDone: () => void;
}

export function SelectionBar({ selection, onDone }: Props) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const texts = messages.library.selection;
  const count = selection.ids.size;
  if (count === 0 && !outcome) return null;

  const ended = (now: Outcome) => {
    setQuestion(null);
    setOutcome(now.failed > 0 ? now : null);
    announce(texts.done(formatCount(now.done)));
    if (now.failed === 0) selection.clear();
    onDone();
  };
  const ask = (one: Question) => {
    setOutcome(null);
    setQuestion(one);
  };
  const clear = () => {
    setOutcome(null);
    selection.clear();
  };
  return (
    <ActionBar texts={texts} count={count} outcome={outcome} onClear={clear}>
      {count > 0 && (
        <>
          <button type="button" className="button" onClick={() => ask('start')}>
            {texts.start}
          </button>
          <button type="button" className="button" onClick={() => ask('tag')}>
            {texts.tag}
          </button>
          <button type="button" className="button text-bad!" onClick={() => ask('delete')}>
            {texts.delete}
          </button>
        </>
      )}
      {question && (
        <Ask
          question={question}
          ids={[...selection.ids]}
          onEnd={ended}
          onClose={() => setQuestion(null)}
        />
      )}
    </ActionBar>
  );
}

interface AskProps {
  question: Question;
  ids: string[];
  onEnd: (outcome: Outcome) => void;
  onClose: () => void;
}

function Ask({ question, ids, onEnd, onClose }: AskProps) {
  const client = useClient();
  const { presets } = usePresets();
  const [preset, setPreset] = useState(DEFAULT_PRESET);
  const [tags, setTags] = useState('');
  const [source, setSource] = useState(false);
  const [busy, setBusy] = useState(false);
  const texts = messages.library.selection;
  const wanted = tags.split(',').flatMap((tag) => tag.trim() || []);

  const act = {
    start: () => startPreset(client, ids, preset),
    tag: () => tagAssets(client, ids, wanted),
    delete: () => deleteAssets(client, ids, source),
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    onEnd(await act[question]());
  };
  return (
    <Modal title={texts.question[question](formatCount(ids.length))} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
        {question === 'start' && (
          <label className="grid gap-1 text-small">
            {messages.upload.preset}
            <select value={preset} onChange={(event) => setPreset(event.target.value)}>
              {presets.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        )}
        {question === 'tag' && (
          <label className="grid gap-1 text-small">
            {texts.tags}
            <input type="text" value={tags} onChange={(event) => setTags(event.target.value)} />
          </label>
        )}
        {question === 'delete' && (
          <>
            <p className="text-small">{texts.deleteHint}</p>
            <label className="flex items-start gap-2 text-small">
              <input
                type="checkbox"
                className="mt-1 size-4 accent-accent"
                checked={source}
                onChange={(event) => setSource(event.target.checked)}
              />
              {texts.deleteSource}
            </label>
          </>
        )}
        <div className="flex justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button
            type="submit"
            className="button button--primary"
            disabled={busy || (question === 'tag' && wanted.length === 0)}
          >
            {busy ? texts.working : texts.verb[question]}
          </button>
        </div>
      </form>
    </Modal>
  );
}
