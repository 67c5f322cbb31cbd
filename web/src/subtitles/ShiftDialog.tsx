/** Moves many cues by the same time. */
import { useId, useState } from 'react';
import { messages } from '../messages';
import { Modal } from '../ui/Modal';

interface Props {
  /** The open cue, if there is one. */
  chosen: number | null;
  onShift: (by: number, from: number | null) => void;
  onClose: () => void;
}

export function ShiftDialog({ chosen, onShift, onClose }: Props) {
  const texts = messages.subtitles;
  const hint = useId();
  const [typed, setTyped] = useState('');
  const [from, setFrom] = useState<number | null>(null);
  const [bad, setBad] = useState(false);
  const shift = () => {
    const seconds = Number(typed.replace(',', '.').replace('−', '-'));
    if (!typed.trim() || !Number.isFinite(seconds)) {
      setBad(true);
      return;
    }
    onShift(Math.round(seconds * 1000), from);
    onClose();
  };
  return (
    <Modal title={texts.shiftTitle} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          shift();
        }}
      >
        <label className="grid gap-1 text-small">
          {texts.shiftBy}
          <input
            type="text"
            inputMode="decimal"
            value={typed}
            aria-invalid={bad}
            aria-describedby={bad ? hint : undefined}
            onChange={({ target }) => {
              setTyped(target.value);
              setBad(false);
            }}
          />
        </label>
        {bad && (
          <p id={hint} className="field-error" role="alert">
            {texts.shiftBad}
          </p>
        )}
        {chosen !== null && (
          <label className="grid gap-1 text-small">
            {texts.shiftWhich}
            <select
              value={from === null ? 'all' : 'from'}
              onChange={({ target }) => setFrom(target.value === 'all' ? null : chosen)}
            >
              <option value="all">{texts.shiftAll}</option>
              <option value="from">{texts.shiftFrom}</option>
            </select>
          </label>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" className="button button--primary">
            {texts.shiftDo}
          </button>
        </div>
      </form>
    </Modal>
  );
}
