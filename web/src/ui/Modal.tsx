/** A question that must be answered first. The browser's own dialog keeps the focus inside. */
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Modal({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="m-auto grid w-[min(440px,calc(100vw-32px))] gap-4 rounded-card border border-line bg-surface p-5 text-text backdrop:bg-black/50"
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
