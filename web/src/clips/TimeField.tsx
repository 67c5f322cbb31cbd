/** A time that is typed. It counts once it is left, or by Enter; Escape takes it back. */
import { type KeyboardEvent, useId, useState } from 'react';
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { useEditor } from './editor';
import { nearest, parseTime } from './time';

const texts = messages.clips;

interface Props {
  label: string;
  /** Null is the end of the film, which an empty field means where `open` is set. */
  value: number | null;
  open?: boolean;
  /** What is wrong with the time as it is, said elsewhere. */
  problemId: string | undefined;
  onChange: (seconds: number | null) => void;
}

export function TimeField({ label, value, open = false, problemId, onChange }: Props) {
  const { rate } = useEditor().film;
  const [typed, setTyped] = useState<string | null>(null);
  const [unread, setUnread] = useState(false);
  const id = useId();
  const take = () => {
    if (typed === null) return;
    const empty = open && typed.trim() === '';
    const seconds = empty ? null : parseTime(typed, rate);
    setUnread(seconds === null && !empty);
    if (seconds === null && !empty) return;
    setTyped(null);
    onChange(seconds === null ? null : nearest(seconds, rate));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take();
    if (event.key !== 'Escape') return;
    setTyped(null);
    setUnread(false);
  };
  const bad = unread || problemId !== undefined;
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        className="clip__time"
        autoComplete="off"
        spellCheck={false}
        placeholder={open ? texts.toTheEnd : undefined}
        value={typed ?? (value === null ? '' : formatTimecode(value))}
        aria-invalid={bad}
        aria-describedby={unread ? `${id}-unread` : problemId}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={press}
      />
      {unread && (
        <p id={`${id}-unread`} className="field-error" role="alert">
          {rate ? texts.problem.unread : texts.problem.unreadWithoutFrames}
        </p>
      )}
    </div>
  );
}
