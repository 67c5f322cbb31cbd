/** One value of a recipe, with what is wrong with it. */
import { useId, useState } from 'react';
import { messages } from '../../messages';
import type { Path, Problem } from './problems';
import { valueAt } from './recipe';
import { type Field as Known, heightsOf, withHeights } from './sections';

const texts = messages.presets;

interface Props {
  field: Known;
  recipe: Record<string, unknown> | null;
  problems: Problem[];
  onChange: (path: Path, value: unknown) => void;
}

interface InputProps {
  field: Known;
  value: unknown;
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  onChange: (value: unknown) => void;
}

export function Field({ field, recipe, problems, onChange }: Props) {
  const id = useId();
  const name = field.path.join('.');
  const [label, hint] = texts.fields[name] ?? [name, ''];
  const wrong = problems.find(({ path }) => path.join('.').startsWith(name) && path.length > 0);
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="text-small">
        {label}
      </label>
      <Input
        id={id}
        field={field}
        value={valueAt(recipe, field.path)}
        aria-describedby={`${id}-hint ${id}-wrong`}
        aria-invalid={wrong !== undefined}
        onChange={(value) => onChange(field.path, value)}
      />
      <p id={`${id}-wrong`} className="field-error empty:hidden">
        {wrong?.text}
      </p>
      <p id={`${id}-hint`} className="text-tiny text-muted empty:hidden">
        {hint}
      </p>
    </div>
  );
}

function Input(props: InputProps) {
  if (props.field.kind === 'choice') return <ChoiceInput {...props} />;
  if (props.field.kind === 'number') return <NumberInput {...props} />;
  return <TextInput {...props} />;
}

/** What holds anyway is not written down. A word that is not among the options stays as it is. */
function ChoiceInput({ field, value, onChange, ...rest }: InputProps) {
  if (field.kind !== 'choice') return null;
  const now = typeof value === 'string' ? value : field.fallback;
  const options = field.options.includes(now) ? field.options : [now, ...field.options];
  return (
    <select
      {...rest}
      value={now}
      onChange={({ target }) =>
        onChange(target.value === field.fallback ? undefined : target.value)
      }
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {texts.options[option] ?? option}
        </option>
      ))}
    </select>
  );
}

function NumberInput({ field, value, onChange, ...rest }: InputProps) {
  if (field.kind !== 'number') return null;
  return (
    <input
      {...rest}
      type="number"
      min={field.min}
      max={field.max}
      step={field.step}
      placeholder={field.fallback === null ? texts.auto : String(field.fallback)}
      value={typeof value === 'number' ? value : ''}
      onChange={({ target }) =>
        onChange(Number.isNaN(target.valueAsNumber) ? undefined : target.valueAsNumber)
      }
    />
  );
}

/** What is typed stays as it is typed until the field is left. */
function TextInput({ field, value, onChange, ...rest }: InputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const heights = field.kind === 'heights';
  const said = heights ? heightsOf(value).join(', ') : typeof value === 'string' ? value : '';
  return (
    <input
      {...rest}
      type="text"
      autoComplete="off"
      spellCheck={false}
      placeholder={texts.auto}
      value={draft ?? said}
      onChange={({ target }) => {
        setDraft(target.value);
        onChange(heights ? withHeights(value, target.value) : target.value.trim() || undefined);
      }}
      onBlur={() => setDraft(null)}
    />
  );
}
