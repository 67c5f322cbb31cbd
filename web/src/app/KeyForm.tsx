/** The field for an API key, on the sign-in page and in the banner when access has ended. */
import { type FormEvent, useId, useState } from 'react';
import { messages } from '../messages';
import { type SignInResult, signIn } from './session';

type Problem = Exclude<SignInResult, 'ok'> | 'empty';

export function KeyForm({
  onSignedIn,
  problem: given = null,
}: {
  onSignedIn: () => void;
  problem?: Problem | null;
}) {
  const id = useId();
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [own, setOwn] = useState<Problem | null>(null);
  const problem = own ?? given;
  const texts = messages.signIn;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const text = key.trim();
    if (!text) {
      setOwn('empty');
      return;
    }
    setBusy(true);
    const result = await signIn(text);
    setBusy(false);
    if (result === 'ok') onSignedIn();
    else setOwn(result);
  };

  return (
    <form className="key-form" onSubmit={(event) => void submit(event)} noValidate>
      <label htmlFor={id}>{texts.key}</label>
      <div className="key-form__row">
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          value={key}
          placeholder={texts.keyHint}
          aria-invalid={problem !== null}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => setKey(event.target.value)}
        />
        <p className="field-error" id={`${id}-problem`} role="alert">
          {problem && texts[problem]}
        </p>
        <button type="submit" className="button button--primary" disabled={busy}>
          {busy ? texts.submitting : texts.submit}
        </button>
      </div>
    </form>
  );
}
