import { type ReactNode, useState } from 'react';
import { messages } from '../messages';
import { AUDIO_CODECS, type LibrarySearch, KINDS, STATUSES, VIDEO_CODECS } from './search';
import type { ToolbarProps } from './Toolbar';

/** One field for each thing that narrows the list. */
export function Filters({ search, change }: ToolbarProps) {
  const texts = messages.library;
  const set = (name: keyof LibrarySearch) => (value: string) =>
    change({ [name]: value || undefined });
  const choice = (name: 'kind' | 'status' | 'video' | 'audio', options: [string, string][]) => (
    <Field name={texts.filter[name]}>
      <select value={search[name] ?? ''} onChange={(event) => set(name)(event.target.value)}>
        <option value="">{texts.any}</option>
        {options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
  const amount = (name: 'longer' | 'shorter' | 'larger' | 'smaller') => (
    <Field name={texts.filter[name]}>
      <Entry value={search[name] ?? ''} enter={set(name)} type="number" />
    </Field>
  );
  return (
    <div className="card grid grid-cols-[repeat(auto-fill,minmax(min(148px,45%),1fr))] gap-3 p-4">
      {choice(
        'kind',
        KINDS.map((kind) => [kind, messages.asset.kinds[kind]]),
      )}
      {choice(
        'status',
        STATUSES.map((status) => [status, texts.original[status]]),
      )}
      <Field name={texts.filter.tag}>
        <Entry value={search.tag ?? ''} enter={set('tag')} type="text" />
      </Field>
      {choice('video', named(VIDEO_CODECS, search.video))}
      {choice('audio', named(AUDIO_CODECS, search.audio))}
      {amount('longer')}
      {amount('shorter')}
      {amount('larger')}
      {amount('smaller')}
    </div>
  );
}

/** The common ones, and the one of the address if it is another. */
const named = (codecs: readonly string[], chosen: string | undefined): [string, string][] =>
  [...new Set([...codecs, ...(chosen ? [chosen] : [])])].map((codec) => [codec, codec]);

const Field = ({ name, children }: { name: string; children: ReactNode }) => (
  // eslint-disable-next-line jsx-a11y/label-has-associated-control -- the field is its child
  <label className="grid content-start gap-1 text-tiny text-muted">
    {name}
    {children}
  </label>
);

/** Taken with Enter or when it is left, so that the list does not jump with every digit. */
function Entry({
  value,
  enter,
  type,
}: {
  value: string;
  enter: (value: string) => void;
  type: 'text' | 'number';
}) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const take = () => {
    if (typed !== value) enter(typed.trim());
  };
  return (
    <input
      type={type}
      {...(type === 'number' && { min: 0, step: 'any', inputMode: 'decimal' as const })}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
}
