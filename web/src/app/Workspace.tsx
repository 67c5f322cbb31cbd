/** All that is behind the sign-in, with what lives as long as it: the client and the uploads. */
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { Provider } from 'urql';
import { messages } from '../messages';
import { DropOverlay } from '../upload/DropOverlay';
import { makeUploads, UploadsContext } from '../upload/uploads';
import { AccessBanner } from './AccessBanner';
import { makeClient } from './client';
import { Header } from './Header';
import type { Holder } from './session';

export function Workspace({ holder }: { holder: Holder }) {
  const client = useMemo(() => makeClient(), []);
  const uploads = useMemo(() => makeUploads(client), [client]);
  const main = useFocusOnNewPage();

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (uploads.queue.busy) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [uploads]);

  return (
    <Provider value={client}>
      <UploadsContext value={uploads}>
        <a className="skip-link" href="#main">
          {messages.nav.skip}
        </a>
        <Header holder={holder} />
        <main id="main" ref={main} className="page" tabIndex={-1}>
          <AccessBanner />
          <Outlet />
        </main>
        <DropOverlay />
      </UploadsContext>
    </Provider>
  );
}

/** A new page begins at its content, also for those who do not see that it changed. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return main;
}
