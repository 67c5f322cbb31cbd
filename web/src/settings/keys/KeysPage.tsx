/** /settings/keys: the API keys of the project, for those who may manage them. */
import { useQuery } from 'urql';
import { session } from '../../app/session';
import { useStore } from '../../app/store';
import { useWhenBack } from '../../app/useWhenBack';
import { formatCount } from '../../format';
import { messages } from '../../messages';
import { useNow } from '../../ui/useNow';
import { ForAdmins } from '../ForAdmins';
import { Trouble } from '../Trouble';
import type { Viewer } from '../viewer';
import { KeyRow } from './KeyRow';
import { NewKey } from './NewKey';
import { ApiKeys } from './operations';
import { parted } from './state';

const texts = messages.keys;

export function KeysPage() {
  return (
    <ForAdmins title={messages.settings.keys} texts={texts}>
      {(viewer) => <Keys viewer={viewer} />}
    </ForAdmins>
  );
}

function Keys({ viewer }: { viewer: Viewer }) {
  const pause = useStore(session).state !== 'active';
  const now = useNow();
  const [{ data, error, fetching }, execute] = useQuery({
    query: ApiKeys,
    requestPolicy: 'cache-and-network',
    pause,
  });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  // One whose answer was lost may have been made all the same.
  useWhenBack(true, refresh);
  const { active, past } = parted(data?.apiKeys ?? [], now);
  return (
    <>
      <NewKey onMade={refresh} />
      <section className="grid gap-3" aria-labelledby="keys-title">
        <h2 id="keys-title">{texts.listTitle}</h2>
        {error && !data && !fetching && <Trouble title={texts.failedTitle} refresh={refresh} />}
        {!data && fetching && (
          <div role="status" aria-label={texts.loading} className="card card--padded grid gap-2">
            <span className="skeleton skeleton--title" />
            <span className="skeleton skeleton--text" />
          </div>
        )}
        {data && active.length === 0 && <p className="text-small text-muted">{texts.empty}</p>}
        {active.length > 0 && (
          <ul className="card rows">
            {active.map((key) => (
              <KeyRow key={key.id} apiKey={key} own={key.id === viewer.keyId} now={now} />
            ))}
          </ul>
        )}
        {past.length > 0 && (
          <details>
            <summary className="cursor-pointer py-1 text-small text-muted">
              {texts.pastTitle(formatCount(past.length))}
            </summary>
            <ul className="card rows mt-2">
              {past.map((key) => (
                <KeyRow key={key.id} apiKey={key} own={false} now={now} />
              ))}
            </ul>
          </details>
        )}
      </section>
    </>
  );
}
