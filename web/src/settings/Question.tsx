/** Asks before something that cannot be undone. */
import type { ReactNode } from 'react';
import { messages } from '../messages';
import { Modal } from '../ui/Modal';

interface Props {
  title: string;
  verb: string;
  busy: boolean;
  refused: string | null;
  onYes: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function Question({ title, verb, busy, refused, onYes, onClose, children }: Props) {
  const texts = messages.settings;
  return (
    <Modal title={title} onClose={onClose}>
      {children}
      {refused !== null && (
        <p role="alert" className="field-error">
          {texts.refused(refused)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {texts.cancel}
        </button>
        <button type="button" className="button text-bad!" disabled={busy} onClick={onYes}>
          {busy ? texts.working : verb}
        </button>
      </div>
    </Modal>
  );
}
