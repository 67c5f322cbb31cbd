/** The frame of every page: who is signed in decides what it shows. */
import { useEffect } from 'react';
import { messages } from '../messages';
import { Logo } from '../ui/parts';
import { announcement } from './announce';
import { navigate, route } from './route';
import { checkSession, session } from './session';
import { SignInPage } from './SignInPage';
import { useStore } from './store';
import { Workspace } from './Workspace';

export function App() {
  const now = useStore(session);
  const { page } = useStore(route);
  const spoken = useStore(announcement);

  // The sign-in page asks itself, unless it was opened with a key: then nobody is signed in yet.
  useEffect(() => {
    if (page !== 'signin' && session.get().state === 'checking') void checkSession();
  }, [page]);

  useEffect(() => {
    if (now.state === 'none' && page !== 'signin') navigate('/signin', 'replace');
  }, [now.state, page]);

  return (
    <>
      {page === 'signin' ? <SignInPage /> : <Signed />}
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </>
  );
}

/** Once signed in, the page stays, also when access ends: nothing on it may get lost. */
function Signed() {
  const now = useStore(session);
  if (now.state === 'active' || now.state === 'ended') return <Workspace holder={now.holder} />;
  const texts = messages.start;
  const waiting = now.state === 'checking' && now.unreachable;
  return (
    <main className="splash">
      <Logo />
      <p role="status">{waiting ? texts.unreachable : texts.checking}</p>
      {waiting && <p className="muted">{texts.unreachableHint}</p>}
    </main>
  );
}
