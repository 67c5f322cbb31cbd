import { Link, type LinkProps } from '@tanstack/react-router';
import { use } from 'react';
import { messages } from '../messages';
import { Logo } from '../ui/parts';
import { UploadsContext } from '../upload/uploads';
import { OutageNotice } from './OutageNotice';
import { type Holder, signOut } from './session';
import { UploadDrawer } from './UploadDrawer';

export function Header({ holder }: { holder: Holder }) {
  const texts = messages.nav;
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex max-w-[1360px] flex-wrap items-center gap-x-3 px-4 sm:px-6">
        <Link
          to="/"
          aria-label={texts.home}
          className="flex items-center gap-3 rounded-control text-text no-underline"
        >
          <Logo />
          <span className="text-[1.0625rem] max-[400px]:hidden font-[650] tracking-[-0.01em]">
            {messages.product}
          </span>
        </Link>
        <span
          className="hidden min-w-0 shrink truncate border-l border-line pl-3 text-small text-muted lg:block"
          title={texts.signedInAs(holder.projectName, holder.keyName)}
        >
          {holder.projectName}
        </span>
        <Pages />
        <div className="ml-auto flex items-center gap-1 py-2">
          <UploadDrawer />
          <SignOut />
        </div>
      </div>
      <div className="mx-auto max-w-[1360px] px-4 not-empty:pb-2 sm:px-6">
        <OutageNotice />
      </div>
    </header>
  );
}

/** In a row of their own where the window is narrow. */
function Pages() {
  const texts = messages.nav;
  return (
    <nav
      aria-label={texts.main}
      className="order-last -mx-2 flex w-full sm:order-none sm:mx-0 sm:ml-2 sm:w-auto"
    >
      <Page to="/">{texts.library}</Page>
      <Page to="/jobs">{texts.jobs}</Page>
      <Page to="/settings">{texts.settings}</Page>
      <a href="/graphql" className={LINK}>
        {texts.graphiql}
      </a>
    </nav>
  );
}

const LINK =
  'flex h-10 items-center border-b-2 border-transparent px-2.5 text-small font-medium text-muted ' +
  'no-underline hover:text-text sm:h-15 sm:px-3 sm:pt-0.5 ' +
  'aria-[current=page]:border-accent aria-[current=page]:text-text';

function Page({ to, children }: { to: LinkProps['to'] & string; children: string }) {
  return (
    <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={LINK}>
      {children}
    </Link>
  );
}

function SignOut() {
  const { queue } = use(UploadsContext);
  const texts = messages.nav;
  const leave = async () => {
    // eslint-disable-next-line no-alert -- a rare question that must stop everything else
    if (queue.busy && !confirm(texts.signOutWhileBusy)) return;
    queue.pauseAll();
    if (!(await signOut())) {
      queue.resumeAll();
      // eslint-disable-next-line no-alert
      alert(texts.signOutFailed);
      return;
    }
    queue.letGo();
    // A fresh page: nothing of this project stays in memory.
    location.replace('/signin');
  };
  return (
    <button type="button" className="button button--quiet" onClick={() => void leave()}>
      {texts.signOut}
    </button>
  );
}
