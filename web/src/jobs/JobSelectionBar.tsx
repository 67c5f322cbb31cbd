/** What can be done with the chosen jobs; it stands below them while there are any. */
import { useState } from 'react';
import { useClient } from 'urql';
import { announce } from '../app/announce';
import type { Outcome } from '../app/many';
import { formatCount } from '../format';
import { messages } from '../messages';
import { Modal } from '../ui/Modal';
import type { Selection } from '../ui/useSelection';
import { sentence } from '../upload/text';
import type { Jobs } from './board';
import { cancelJobs, retryJobs } from './manyJobs';
import { isOver } from './state';

interface Props {
  selection: Selection;
  jobs: Jobs;
}

export function JobSelectionBar({ selection, jobs }: Props) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const texts = messages.board.selection;
  // Those that the board has let go meanwhile cannot be seen, and are not acted on.
  const chosen = [...selection.ids].flatMap((id) => jobs.get(id) ?? []);
  if (chosen.length === 0 && !outcome) return null;
  const underway = chosen.filter(({ status }) => !isOver(status)).map(({ id }) => id);
  const again = chosen
    .filter(({ status }) => status === 'FAILED' || status === 'CANCELED')
    .map(({ id }) => id);

  const act = async (what: typeof cancelJobs, ids: string[]) => {
    setBusy(true);
    setOutcome(null);
    const now = await what(client, ids);
    setBusy(false);
    setAsking(false);
    announce(texts.done(formatCount(now.done)));
    if (now.failed > 0) setOutcome(now);
    else selection.remove(ids);
  };
  return (
    <div
      role="region"
      aria-label={texts.title}
      className="card sticky bottom-4 z-10 flex flex-wrap items-center gap-2 p-3"
    >
      <p className="mr-auto min-w-0 px-1 text-small" role="status">
        {outcome ? <Failed outcome={outcome} /> : texts.chosen(formatCount(chosen.length))}
      </p>
      {again.length > 0 && (
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => void act(retryJobs, again)}
        >
          {texts.retry(formatCount(again.length))}
        </button>
      )}
      {underway.length > 0 && (
        <button
          type="button"
          className="button text-bad!"
          disabled={busy}
          onClick={() => setAsking(true)}
        >
          {texts.cancel(formatCount(underway.length))}
        </button>
      )}
      <button
        type="button"
        className="button button--quiet"
        onClick={() => {
          setOutcome(null);
          selection.clear();
        }}
      >
        {texts.clear}
      </button>
      {asking && (
        <Modal
          title={texts.question(formatCount(underway.length))}
          onClose={() => setAsking(false)}
        >
          <p className="text-small">{texts.hint}</p>
          <div className="flex justify-end gap-2">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {texts.keep}
            </button>
            <button
              type="button"
              className="button button--primary"
              disabled={busy}
              onClick={() => void act(cancelJobs, underway)}
            >
              {busy ? texts.working : texts.yes}
            </button>
          </div>
        </Modal>
      )}
    </div>
  );
}

const Failed = ({ outcome }: { outcome: Outcome }) => (
  <span className="text-bad">
    {messages.board.selection.failed(
      formatCount(outcome.failed),
      outcome.reasons.map(sentence).join(' '),
    )}
  </span>
);
