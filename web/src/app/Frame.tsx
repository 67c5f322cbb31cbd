/** The frame of every page: who is signed in decides what it shows. */
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { messages } from '../messages';
import { Logo } from '../ui/parts';
import { announcement } from './announce';
import { checkSession, session } from './session';
import { useStore } from './store';
import { Workspace } from './Workspace';

export function Frame() {
  const now = useStore(session);
  const spoken = useStore(announcement);
  const navigate = useNavigate();
  const signingIn = useRouterState({ select: ({ location }) => location.pathname === '/signin' });

  // The sign-in page asks itself, unless it was opened with a key: then nobody is signed in yet.
  useEffect(() => {
    if (!signingIn && session.get().state === 'checking') void checkSession();
  }, [signingIn]);

  useEffect(() => {
    if (now.state === 'none' && !signingIn) void navigate({ to: '/signin', replace: true });
  }, [now.state, signingIn, navigate]);

  return (
    <>
      <Outlet />
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </>
  );
}

/** Once signed in, the page stays, also when access ends: nothing on it may get lost. */
export function SignedIn() {
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
