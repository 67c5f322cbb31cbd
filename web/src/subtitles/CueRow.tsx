/** A cue that is not open: a click opens it, and leads the film there. */
import { type Dispatch, memo, useEffect, useRef } from 'react';
import { formatCount } from '../format';
import { messages } from '../messages';
import { AlertIcon } from '../ui/icons';
import type { Issue } from './issues';
import type { Action, Focus } from './state';
import type { Film } from './useFilm';
import { clock, type Cue } from './vtt';

export interface CueProps {
  cue: Cue;
  index: number;
  send: Dispatch<Action>;
  film: Film;
  issues: Issue[];
  /** Whether the focus was asked to come here. */
  focused: Focus | null;
}

const texts = messages.subtitles;

export const CueRow = memo(function CueRow(props: CueProps & { reachable: boolean }) {
  const { cue, index, send, film, issues, focused, reachable } = props;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!focused) return;
    button.current?.focus({ preventScroll: true });
    send({ type: 'focused' });
  }, [focused, send]);
  const open = () => {
    film.seek(cue.start);
    send({ type: 'open', id: cue.id });
  };
  const said = cue.text.trim() || texts.noText;
  return (
    <button
      ref={button}
      type="button"
      className="subtitles__row"
      data-row={index}
      tabIndex={reachable ? 0 : -1}
      onClick={open}
    >
      <span className="subtitles__times">
        <span className="visually-hidden">{formatCount(index + 1)}: </span>
        {clock(cue.start)} – {clock(cue.end)}
        {issues.length > 0 && (
          <span className="text-warn" title={issues.map((one) => texts.issue[one]).join(' ')}>
            <AlertIcon />
            <span className="visually-hidden">{texts.warnings}</span>
          </span>
        )}
      </span>
      <span className={`subtitles__said${cue.text.trim() ? '' : ' text-muted'}`}>{said}</span>
    </button>
  );
});
