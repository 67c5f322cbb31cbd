/** The open cue: its times, its text, and what can be done with it. */
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { announce } from '../app/announce';
import { formatCount } from '../format';
import { messages } from '../messages';
import type { CueProps } from './CueRow';
import { isRefusal } from './issues';
import { type CueDeed, cueDeed } from './keys';
import type { Edge } from './state';
import { TimeField } from './TimeField';
import { clock } from './vtt';

const texts = messages.subtitles;

interface Props extends CueProps {
  /** The cues around it. */
  above: number | null;
  below: number | null;
}

export function CueForm({ cue, index, send, film, issues, focused, above, below }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const hints = useId();
  const { id } = cue;
  useEffect(() => {
    if (!focused) return;
    field.current?.focus({ preventScroll: true });
    send({ type: 'focused' });
  }, [focused, send]);

  const toNow = (edge: Edge) => send({ type: 'time', id, edge, time: film.now() });
  const go = (to: number | null) => to !== null && send({ type: 'open', id: to });
  // The caret is where it was before the button took the focus.
  const caret = () => field.current?.selectionStart ?? null;
  const act = {
    split: () => {
      send({ type: 'split', id, caret: caret(), now: film.now() });
      announce(texts.saidSplit);
    },
    join: () => {
      send({ type: 'join', id });
      announce(texts.saidJoined);
    },
    insert: () => {
      send({ type: 'insertAfter', id });
      announce(texts.saidInserted);
    },
    remove: () => {
      send({ type: 'remove', id });
      announce(texts.saidRemoved);
    },
  };
  const deeds: Record<CueDeed, () => void> = {
    startNow: () => toNow('start'),
    endNow: () => toNow('end'),
    split: act.split,
    insert: act.insert,
    above: () => go(above),
    below: () => go(below),
    close: () => send({ type: 'close' }),
  };
  const press = (event: KeyboardEvent) => {
    const deed = cueDeed(event);
    if (!deed) return;
    event.preventDefault();
    deeds[deed]();
  };
  return (
    // The keys are those of the fields inside.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="group"
      aria-label={texts.cue(formatCount(index + 1), clock(cue.start))}
      className="subtitles__form"
      onKeyDown={press}
    >
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        {(['start', 'end'] as const).map((edge) => (
          <TimeField
            key={edge}
            name={texts[edge]}
            time={cue[edge]}
            onTime={(time) => send({ type: 'time', id, edge, time })}
            onNudge={(by) => send({ type: 'nudge', id, edge, by })}
            onNow={() => toNow(edge)}
          />
        ))}
      </div>
      <label className="grid gap-1 text-small">
        {texts.text}
        <textarea
          ref={field}
          rows={Math.min(6, Math.max(2, cue.text.split('\n').length))}
          value={cue.text}
          dir="auto"
          aria-invalid={issues.some(isRefusal)}
          aria-describedby={issues.length > 0 ? hints : undefined}
          onChange={({ target }) => send({ type: 'text', id, text: target.value })}
        />
      </label>
      {issues.length > 0 && (
        <ul id={hints} className="text-small">
          {issues.map((issue) => (
            <li key={issue} className={isRefusal(issue) ? 'text-bad' : 'text-warn'}>
              {texts.issue[issue]}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Act act={() => film.seek(cue.start)}>{texts.toStart}</Act>
        <Act act={act.split}>{texts.split}</Act>
        {below !== null && <Act act={act.join}>{texts.join}</Act>}
        <Act act={act.insert}>{texts.insert}</Act>
        <Act act={act.remove}>{texts.remove}</Act>
      </div>
    </div>
  );
}

function Act({ act, children }: { act: () => void; children: string }) {
  return (
    <button type="button" className="button" onClick={act}>
      {children}
    </button>
  );
}
