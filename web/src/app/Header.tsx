import { use } from 'react';
import { messages } from '../messages';
import { AppLink, Logo } from '../ui/parts';
import { UploadsContext } from '../upload/uploads';
import { wait } from './backoff';
import { type Holder, signOut } from './session';

const LONGEST_GOODBYE_MS = 3_000;

export function Header({ holder }: { holder: Holder }) {
  const { queue } = use(UploadsContext);
  const texts = messages.nav;

  const leave = async () => {
    // eslint-disable-next-line no-alert -- a rare question that must stop everything else
    if (queue.busy && !confirm(texts.signOutWhileBusy)) return;
    await Promise.race([queue.cancelAll(), wait(LONGEST_GOODBYE_MS)]);
    // A fresh page: nothing of this project stays in memory.
    if (await signOut()) location.replace('/signin');
    // eslint-disable-next-line no-alert
    else alert(texts.signOutFailed);
  };

  return (
    <header className="header">
      <div className="header__inner">
        <AppLink to="/" className="header__brand" label={texts.home}>
          <Logo />
          <span>{messages.product}</span>
        </AppLink>
        <span
          className="header__project"
          title={texts.signedInAs(holder.projectName, holder.keyName)}
        >
          {holder.projectName}
        </span>
        <nav aria-label={texts.main} className="header__nav">
          <a className="button button--quiet" href="/graphql">
            {texts.graphiql}
          </a>
          <button type="button" className="button button--quiet" onClick={() => void leave()}>
            {texts.signOut}
          </button>
        </nav>
      </div>
    </header>
  );
}
