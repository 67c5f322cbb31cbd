/** What a preset is called. */
import { useId } from 'react';
import { messages } from '../../messages';

export interface Said {
  name: string;
  title: string;
  description: string;
}

interface Props {
  said: Said;
  /** Whether its name is given for good. */
  named: boolean;
  fixed: boolean;
  /** The field that the server did not like. */
  refused: string | undefined;
  onChange: (next: Said) => void;
}

const texts = messages.presets;
const FIELDS = [
  { name: 'name', label: texts.name, hint: texts.nameHint, longest: 63 },
  { name: 'title', label: texts.title, hint: texts.titleHint, longest: 100 },
  { name: 'description', label: texts.description, hint: '', longest: 1000 },
] as const;

export function WordFields({ said, named, fixed, refused, onChange }: Props) {
  const id = useId();
  return (
    <section className="card card--padded grid gap-4 md:grid-cols-2" aria-label={texts.called}>
      {FIELDS.map(({ name, label, hint, longest }) => (
        <div
          key={name}
          className={
            name === 'description' ? 'grid gap-1 md:col-span-2' : 'grid content-start gap-1'
          }
        >
          <label htmlFor={`${id}-${name}`} className="text-small font-medium">
            {label}
          </label>
          <input
            id={`${id}-${name}`}
            type="text"
            autoComplete="off"
            maxLength={longest}
            readOnly={fixed || (name === 'name' && named)}
            value={said[name]}
            aria-invalid={refused === name}
            aria-describedby={hint ? `${id}-${name}-hint` : undefined}
            onChange={(event) => onChange({ ...said, [name]: event.target.value })}
          />
          {hint && (
            <p id={`${id}-${name}-hint`} className="text-tiny text-muted">
              {hint}
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
