/** /signin: by the key in the address (`/signin#rm_...`), or by hand. */
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { messages } from '../messages';
import { Logo } from '../ui/parts';
import { KeyForm } from './KeyForm';
import { checkSession, session, type SignInResult, signIn } from './session';
import { useStore } from './store';

/** Takes the key out of the address and out of the history, before anything else happens. */
function takeKey(): string {
  const key = location.hash.slice(1);
  if (key) history.replaceState(null, '', location.pathname);
  return key;
}

export function SignInPage() {
  const [linkKey, setLinkKey] = useState('');
  const [problem, setProblem] = useState<Exclude<SignInResult, 'ok'> | null>(null);
  const texts = messages.signIn;
  const { state } = useStore(session);
  const navigate = useNavigate();
  const enter = useCallback(() => void navigate({ to: '/', replace: true }), [navigate]);

  useEffect(() => {
    if (state === 'active' && !linkKey && !location.hash) enter();
  }, [state, linkKey, enter]);

  useEffect(() => {
    const read = () => {
      const key = takeKey();
      if (key) setLinkKey(key);
      return key;
    };
    if (!read() && session.get().state === 'checking') void checkSession();
    // A second link, pasted into the same tab, does not load the page again.
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);

  useEffect(() => {
    if (!linkKey) return;
    void (async () => {
      const result = await signIn(linkKey);
      setLinkKey('');
      if (result === 'ok') enter();
      else setProblem(result);
    })();
  }, [linkKey, enter]);

  return (
    <main className="sign-in">
      <div className="card sign-in__card">
        <Logo />
        <h1>{texts.title}</h1>
        {linkKey ? (
          <p role="status" className="muted">
            {texts.submitting}
          </p>
        ) : (
          <>
            <p className="muted">{texts.intro}</p>
            <KeyForm onSignedIn={enter} problem={problem} />
          </>
        )}
      </div>
    </main>
  );
}
