/** What can be done with the chosen jobs; it stands below them while there are any. */
import { useState } from 'react';
import { useClient } from 'urql';
import { announce } from '../app/announce';
import type { Outcome } from '../app/many';
import { formatCount } from '../format';
import { messages } from '../messages';
import { ActionBar } from '../ui/ActionBar';
import { Modal } from '../ui/Modal';
import type { Selection } from '../ui/useSelection';
import type { Jobs } from './board';
import { cancelJobs, retryJobs } from './manyJobs';
import { canBeRetried, isOver } from './state';

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
  const again = chosen.filter(canBeRetried).map(({ id }) => id);

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
  const clear = () => {
    setOutcome(null);
    selection.clear();
  };
  return (
    <ActionBar texts={texts} count={chosen.length} outcome={outcome} onClear={clear}>
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
    </ActionBar>
  );
}
