/** /settings: who is signed in, and what the project holds. */
import { useQuery } from 'urql';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { formatBytes, formatCount } from '../format';
import { graphql } from '../graphql';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import { useTitle } from '../ui/useTitle';

const ProjectUsage = graphql(`
  query ProjectUsage {
    usage {
      assets
      outputs
      sourceBytes
      outputBytes
    }
  }
`);

export function SettingsPage() {
  const texts = messages.settings;
  useTitle(texts.title);
  return (
    <>
      <h1>{texts.title}</h1>
      <Account />
      <Usage />
    </>
  );
}

function Account() {
  const now = useStore(session);
  const texts = messages.settings;
  if (now.state !== 'active' && now.state !== 'ended') return null;
  return (
    <section className="card details" aria-labelledby="account-title">
      <h2 id="account-title">{texts.account}</h2>
      <dl>
        <Fact name={texts.project}>{now.holder.projectName}</Fact>
        <Fact name={texts.key}>{now.holder.keyName}</Fact>
      </dl>
    </section>
  );
}

function Usage() {
  const pause = useStore(session).state !== 'active';
  const [{ data, error }] = useQuery({
    query: ProjectUsage,
    requestPolicy: 'cache-and-network',
    pause,
  });
  const texts = messages.settings;
  const line = (count: number, bytes: number) =>
    texts.filesAndSize(formatCount(count), formatBytes(bytes));
  return (
    <section className="card details" aria-labelledby="usage-title">
      <h2 id="usage-title">{texts.usage}</h2>
      {error && !data && <p className="muted">{texts.usageFailed}</p>}
      <dl>
        <Fact name={texts.assets}>
          {data ? line(data.usage.assets, data.usage.sourceBytes) : '…'}
        </Fact>
        <Fact name={texts.outputs}>
          {data ? line(data.usage.outputs, data.usage.outputBytes) : '…'}
        </Fact>
      </dl>
    </section>
  );
}
