/** What concerns all cues at once. */
import { type Dispatch, type Ref, useEffect, useRef, useState } from 'react';
import { formatCount } from '../format';
import { messages } from '../messages';
import { saveText } from './download';
import type { Issue } from './issues';
import { ShiftDialog } from './ShiftDialog';
import type { Action, State } from './state';
import type { Film } from './useFilm';
import type { Saving } from './useSaving';
import { writeSrt, writeVtt } from './vtt';

const texts = messages.subtitles;

interface Props {
  state: State;
  send: Dispatch<Action>;
  issues: Map<number, Issue[]>;
  film: Film;
  /** Of the files that one downloads. */
  name: string;
  saving: Saving;
  onSave: () => void;
}

export function Toolbar({ state, send, issues, film, name, saving, onSave }: Props) {
  const [shifting, setShifting] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  // There is no cue left, or none open, that the focus could go on to.
  const lost = state.focus !== null && state.focus.id === null;
  useEffect(() => {
    if (!lost) return;
    add.current?.focus();
    send({ type: 'focused' });
  }, [lost, send]);
  const { past, now: doc, future } = state.history;
  const unsaved = doc !== state.saved;
  return (
    <div className="grid gap-2 border-b border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <button
          type="button"
          className="button button--primary"
          aria-disabled={!unsaved || saving.state === 'busy'}
          onClick={() => unsaved && onSave()}
        >
          {saving.state === 'busy' ? texts.saving : texts.save}
        </button>
        <span className="mr-auto text-small text-muted">
          {unsaved ? texts.unsaved : texts.saved}
        </span>
        <Tool act={() => saveText(`${name}.vtt`, 'text/vtt', writeVtt(doc))}>
          {texts.download('VTT')}
        </Tool>
        <Tool act={() => saveText(`${name}.srt`, 'application/x-subrip', writeSrt(doc))}>
          {texts.download('SRT')}
        </Tool>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Tool place={add} act={() => send({ type: 'insertAt', time: film.now() })}>
          {texts.addHere}
        </Tool>
        <Tool act={() => send({ type: 'undo' })} off={past.length === 0}>
          {texts.undo}
        </Tool>
        <Tool act={() => send({ type: 'redo' })} off={future.length === 0}>
          {texts.redo}
        </Tool>
        <Tool act={() => setShifting(true)} off={doc.cues.length === 0}>
          {texts.shift}
        </Tool>
        <span className="ml-auto text-small text-muted">
          {texts.count(formatCount(doc.cues.length))}
        </span>
      </div>
      <Warned state={state} send={send} issues={issues} />
      {saving.state === 'failed' && (
        <p role="alert" className="field-error">
          {saving.why}
        </p>
      )}
      {shifting && (
        <ShiftDialog
          chosen={state.open}
          onShift={(by, from) => send({ type: 'shift', by, from })}
          onClose={() => setShifting(false)}
        />
      )}
    </div>
  );
}

interface ToolProps {
  act: () => void;
  off?: boolean;
  place?: Ref<HTMLButtonElement>;
  children: string;
}

/** One that can do nothing now keeps the focus, which `disabled` would take away. */
function Tool({ act, off = false, place, children }: ToolProps) {
  return (
    <button
      ref={place}
      type="button"
      className="button"
      aria-disabled={off}
      onClick={() => !off && act()}
    >
      {children}
    </button>
  );
}

function Warned({ state, send, issues }: Pick<Props, 'state' | 'send' | 'issues'>) {
  if (issues.size === 0) return null;
  const bad = state.history.now.cues.filter(({ id }) => issues.has(id));
  const next = () => {
    const at = state.history.now.cues.findIndex(({ id }) => id === state.open);
    const behind = new Set(state.history.now.cues.slice(at + 1).map(({ id }) => id));
    const goal = bad.find(({ id }) => behind.has(id)) ?? bad[0];
    if (goal) send({ type: 'open', id: goal.id });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-small">
      <span className="text-warn">{texts.warned(formatCount(bad.length))}</span>
      <Tool act={next}>{texts.nextWarning}</Tool>
    </div>
  );
}
