/** A time that is typed, nudged by tenths of a second, or taken from the film. */
import { type KeyboardEvent, useId, useState } from 'react';
import { messages } from '../messages';
import { clock, readClock } from './vtt';

const texts = messages.subtitles;
const TENTH = 100;

interface Props {
  name: string;
  time: number;
  onTime: (time: number) => void;
  onNudge: (by: number) => void;
  onNow: () => void;
}

export function TimeField({ name, time, onTime, onNudge, onNow }: Props) {
  const hint = useId();
  // Null while nobody types: it shows what the cue has.
  const [typed, setTyped] = useState<string | null>(null);
  const bad = typed !== null && readClock(typed) === null;

  const take = () => {
    const read = typed === null ? null : readClock(typed);
    if (read === null) return;
    setTyped(null);
    if (read !== time) onTime(read);
  };
  const nudge = (by: number) => {
    setTyped(null);
    onNudge(by);
  };
  const press = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') take();
    else if (event.key === 'ArrowUp') nudge(TENTH);
    else if (event.key === 'ArrowDown') nudge(-TENTH);
    else return;
    event.preventDefault();
  };
  return (
    <div className="grid gap-1">
      <label className="grid gap-1 text-small">
        {name}
        <input
          type="text"
          className="subtitles__time"
          inputMode="decimal"
          value={typed ?? clock(time)}
          aria-invalid={bad}
          aria-describedby={bad ? hint : undefined}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={press}
          onBlur={take}
        />
      </label>
      <div className="flex gap-1">
        <Small label={texts.earlier(name)} act={() => nudge(-TENTH)}>
          −0.1
        </Small>
        <Small label={texts.later(name)} act={() => nudge(TENTH)}>
          +0.1
        </Small>
        <Small label={texts.setNow(name)} act={onNow}>
          {texts.now}
        </Small>
      </div>
      {bad && (
        <p id={hint} className="field-error">
          {texts.badTime}
        </p>
      )}
    </div>
  );
}

function Small({ label, act, children }: { label: string; act: () => void; children: string }) {
  return (
    <button type="button" className="button px-2!" aria-label={label} title={label} onClick={act}>
      {children}
    </button>
  );
}
