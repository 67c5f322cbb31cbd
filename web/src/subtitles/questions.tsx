/** What is asked before something may be lost. */
import { useBlocker } from '@tanstack/react-router';
import { messages } from '../messages';
import { Modal } from '../ui/Modal';

const texts = messages.subtitles;

/** Another language is the same page: what is written waits there as a draft. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Modal title={texts.leaveTitle} onClose={reset}>
      <p>{texts.leaveHint}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={proceed}>
          {texts.leave}
        </button>
        <button type="button" className="button button--primary" onClick={reset}>
          {texts.stay}
        </button>
      </div>
    </Modal>
  );
}

interface OverwriteProps {
  language: string;
  onOverwrite: () => void;
  onClose: () => void;
}

export function OverwriteQuestion({ language, onOverwrite, onClose }: OverwriteProps) {
  return (
    <Modal title={texts.conflictTitle} onClose={onClose}>
      <p>{texts.conflictHint(language)}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={onOverwrite}>
          {texts.overwrite}
        </button>
        <button type="button" className="button button--primary" onClick={onClose}>
          {texts.keepWriting}
        </button>
      </div>
    </Modal>
  );
}
