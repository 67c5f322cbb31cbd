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
  const open = useRouterState({ select: ({ location }) => isOpen(location.pathname) });

  // The sign-in page asks itself, unless it was opened with a key: then nobody is signed in yet.
  // The page of a share link never asks.
  useEffect(() => {
    if (!open && session.get().state === 'checking') void checkSession();
  }, [open]);

  useEffect(() => {
    if (now.state === 'none' && !open) void navigate({ to: '/signin', replace: true });
  }, [now.state, open, navigate]);

  return (
    <>
      <Outlet />
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </>
  );
}

/** Pages for those who are not signed in. */
const isOpen = (path: string) => path === '/signin' || path.startsWith('/s/');

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
