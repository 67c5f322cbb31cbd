/** All that is behind the sign-in, with what lives as long as it: the client and the uploads. */
import { useEffect, useMemo, useRef } from 'react';
import { Provider } from 'urql';
import { HomePage } from '../jobs/HomePage';
import { JobPage } from '../jobs/JobPage';
import { messages } from '../messages';
import { DropOverlay } from '../upload/DropOverlay';
import { makeUploads, UploadsContext } from '../upload/uploads';
import { AccessBanner } from './AccessBanner';
import { makeClient } from './client';
import { Header } from './Header';
import { route } from './route';
import type { Holder } from './session';
import { useStore } from './store';

export function Workspace({ holder }: { holder: Holder }) {
  const client = useMemo(() => makeClient(), []);
  const uploads = useMemo(() => makeUploads(client), [client]);
  const where = useStore(route);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(where);

  // A new page begins at its content, also for those who do not see that it changed.
  useEffect(() => {
    if (shown.current !== where) main.current?.focus({ preventScroll: true });
    shown.current = where;
  }, [where]);

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
          {where.page === 'job' ? <JobPage key={where.id} id={where.id} /> : <HomePage />}
        </main>
        <DropOverlay />
      </UploadsContext>
    </Provider>
  );
}
