/** What can be done with what was chosen: it stands below the list, and says what did not work. */
import type { ReactNode } from 'react';
import type { Outcome } from '../app/many';
import { formatCount } from '../format';
import { sentence } from '../upload/text';

interface Props {
  texts: {
    title: string;
    clear: string;
    chosen: (count: string) => string;
    failed: (count: string, why: string) => string;
  };
  count: number;
  /** How the last action ended, if not well. */
  outcome: Outcome | null;
  onClear: () => void;
  /** The buttons. */
  children: ReactNode;
}

export function ActionBar({ texts, count, outcome, onClear, children }: Props) {
  return (
    <div
      role="region"
      aria-label={texts.title}
      className="card sticky bottom-4 z-10 flex flex-wrap items-center gap-2 p-3"
    >
      <p className="mr-auto min-w-0 px-1 text-small" role="status">
        {outcome ? (
          <span className="text-bad">
            {texts.failed(formatCount(outcome.failed), outcome.reasons.map(sentence).join(' '))}
          </span>
        ) : (
          texts.chosen(formatCount(count))
        )}
      </p>
      {children}
      <button type="button" className="button button--quiet" onClick={onClear}>
        {texts.clear}
      </button>
    </div>
  );
}
