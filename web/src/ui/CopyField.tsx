/** An address that one copies: with its button, or by hand where the browser permits no other way. */
import { useRef, useState } from 'react';
import { messages } from '../messages';

interface CopyFieldProps {
  label: string;
  value: string;
  hint?: string;
}

export function CopyField({ label, value, hint }: CopyFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState<'copied' | 'select' | null>(null);
  const texts = messages.copying;
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setDone('copied');
    } catch {
      // Only pages by https:// and of one's own machine may.
      setDone('select');
    }
  };
  return (
    <div className="grid w-full grid-cols-[minmax(0,1fr)_auto] gap-2">
      <input
        ref={field}
        readOnly
        className="font-mono text-tiny text-ellipsis"
        value={value}
        aria-label={label}
        title={hint}
        onFocus={(event) => event.target.select()}
      />
      <button
        type="button"
        className="button min-w-24"
        aria-label={`${texts.copy}: ${label}`}
        onClick={() => void copy()}
      >
        {done ? texts[done] : texts.copy}
      </button>
      <span className="visually-hidden" role="status">
        {done && texts[done]}
      </span>
    </div>
  );
}
