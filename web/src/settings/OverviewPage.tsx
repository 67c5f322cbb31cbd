/** /settings: who is signed in, and what the project holds. */
import { session } from '../app/session';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import { useTitle } from '../ui/useTitle';
import { Stored } from './usage/Stored';
import { useUsage } from './usage/useUsage';
import { useViewer } from './viewer';

const texts = messages.settings;
const ALWAYS = { from: null, to: null };

export function OverviewPage() {
  useTitle(texts.title);
  const { usage, failed } = useUsage(ALWAYS);
  return (
    <>
      <h1>{texts.title}</h1>
      <Account />
      <Stored title={texts.usage} usage={usage} failed={failed} />
    </>
  );
}

function Account() {
  const now = useStore(session);
  const { viewer } = useViewer();
  if (now.state !== 'active' && now.state !== 'ended') return null;
  const rights = viewer?.scopes.map((scope) => messages.scopes[scope].name);
  return (
    <section className="card details" aria-labelledby="account-title">
      <h2 id="account-title">{texts.account}</h2>
      <dl>
        <Fact name={texts.project}>
          <span className="breakable">{now.holder.projectName}</span>
        </Fact>
        <Fact name={texts.key}>
          <span className="breakable">{now.holder.keyName}</span>
        </Fact>
        {rights && <Fact name={texts.may}>{rights.join(', ')}</Fact>}
      </dl>
    </section>
  );
}
