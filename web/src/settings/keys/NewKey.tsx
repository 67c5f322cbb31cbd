/** Makes a key and shows it, this once. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { refusalOf } from '../../app/refusal';
import { messages } from '../../messages';
import { CopyField } from '../../ui/CopyField';
import type { Scope } from '../viewer';
import { CreateApiKey } from './operations';
import { endOf, LIVES } from './state';

const texts = messages.keys;
const SCOPES: Scope[] = ['READ', 'WRITE', 'ADMIN'];

interface Made {
  name: string;
  secret: string;
}

export function NewKey({ onMade }: { onMade: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return (
    <section className="card card--padded grid gap-4" aria-labelledby="new-key-title">
      {made ? (
        <MadeKey made={made} onDone={() => setMade(null)} />
      ) : (
        <>
          <h2 id="new-key-title">{texts.newTitle}</h2>
          <KeyForm
            onMade={(key) => {
              setMade(key);
              onMade();
            }}
          />
        </>
      )}
    </section>
  );
}

function MadeKey({ made, onDone }: { made: Made; onDone: () => void }) {
  const title = useRef<HTMLHeadingElement>(null);
  // The form with the button that had the focus is gone.
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <h2 id="new-key-title" ref={title} tabIndex={-1} className="breakable outline-none">
        {texts.madeTitle(made.name)}
      </h2>
      <p className="text-small">{texts.madeHint}</p>
      <CopyField label={texts.secret} value={made.secret} />
      <button type="button" className="button justify-self-start" onClick={onDone}>
        {texts.another}
      </button>
    </>
  );
}

function KeyForm({ onMade }: { onMade: (made: Made) => void }) {
  const id = useId();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['READ']);
  const [days, setDays] = useState<number | null>(90);
  const [problem, setProblem] = useState<{ at: string; text: string } | null>(null);
  const [{ fetching }, create] = useMutation(CreateApiKey);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return setProblem({ at: 'name', text: texts.nameMissing });
    if (scopes.length === 0) return setProblem({ at: 'scopes', text: texts.scopesMissing });
    const input = { name: name.trim(), scopes, expiresAt: endOf(days, Date.now()) };
    const { data, error } = await create({ input });
    const answer = data?.createApiKey;
    const refusal = refusalOf(error, answer?.userErrors);
    const at = answer?.userErrors[0]?.field?.at(-1) ?? '';
    const text = error?.networkError ? texts.unanswered : messages.settings.refused(refusal ?? '');
    setProblem(refusal === null ? null : { at, text });
    if (answer?.apiKey && answer.secret)
      onMade({ name: answer.apiKey.name, secret: answer.secret });
  };

  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)} noValidate>
      <div className="grid gap-1">
        <label htmlFor={`${id}-name`} className="text-small font-medium">
          {texts.name}
        </label>
        <input
          id={`${id}-name`}
          type="text"
          autoComplete="off"
          maxLength={100}
          value={name}
          aria-invalid={problem?.at === 'name'}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => setName(event.target.value)}
        />
        <p id={`${id}-hint`} className="text-tiny text-muted">
          {texts.nameHint}
        </p>
        <p id={`${id}-problem`} role="alert" className="field-error">
          {problem?.at === 'name' && problem.text}
        </p>
      </div>
      <Scopes chosen={scopes} onChange={setScopes} />
      <label className="grid max-w-56 gap-1 text-small font-medium">
        {texts.ends}
        <select
          className="font-normal"
          value={days ?? ''}
          onChange={(event) => setDays(event.target.value ? Number(event.target.value) : null)}
        >
          {LIVES.map((count) => (
            <option key={count ?? ''} value={count ?? ''}>
              {count === null ? texts.never : count === 365 ? texts.year : texts.days(count)}
            </option>
          ))}
        </select>
      </label>
      <p role="alert" className="field-error empty:hidden">
        {problem?.at !== 'name' && problem?.text}
      </p>
      <button
        type="submit"
        className="button button--primary justify-self-start"
        disabled={fetching}
      >
        {fetching ? texts.making : texts.make}
      </button>
    </form>
  );
}

function Scopes({ chosen, onChange }: { chosen: Scope[]; onChange: (next: Scope[]) => void }) {
  const toggle = (scope: Scope, on: boolean) =>
    onChange(SCOPES.filter((one) => (one === scope ? on : chosen.includes(one))));
  return (
    <fieldset className="grid gap-2 border-0">
      <legend className="mb-1 p-0 text-small font-medium">{texts.scopes}</legend>
      {SCOPES.map((scope) => (
        // eslint-disable-next-line jsx-a11y/label-has-associated-control -- its text is in the spans
        <label key={scope} className="flex items-start gap-2 text-small">
          <input
            type="checkbox"
            className="mt-1 size-4 accent-accent"
            checked={chosen.includes(scope)}
            onChange={(event) => toggle(scope, event.target.checked)}
          />
          <span className="grid">
            <span>
              {messages.scopes[scope].name} <code className="text-tiny text-muted">{scope}</code>
            </span>
            <span className="text-tiny text-muted">{messages.scopes[scope].hint}</span>
          </span>
        </label>
      ))}
      <p className="text-tiny text-muted">{messages.scopes.none}</p>
    </fieldset>
  );
}
