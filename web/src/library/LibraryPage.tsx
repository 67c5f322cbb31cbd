import { use, useEffect } from 'react';
import { useQuery } from 'urql';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { StaleNotice } from '../jobs/StaleNotice';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { useKept } from '../ui/useKept';
import { useTitle } from '../ui/useTitle';
import { UploadPanel } from '../upload/UploadPanel';
import { UploadsContext } from '../upload/uploads';
import { AssetTile } from './AssetTile';
import { Assets } from './operations';

const FIRST = 50;

export function LibraryPage() {
  const texts = messages.library;
  useTitle(texts.title);
  const { assets, failed, refresh } = useAssets();
  return (
    <section aria-labelledby="library-title" className="grid gap-4">
      <h1 id="library-title">{texts.title}</h1>
      {assets && <StaleNotice />}
      {assets && assets.length > 0 && (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(220px,100%),1fr))] gap-4">
          {assets.map((asset) => (
            <AssetTile key={asset.id} asset={asset} />
          ))}
        </ul>
      )}
      {assets?.length === 0 && <Empty />}
      {!assets && failed && (
        <Notice tone="error" title={texts.failedTitle}>
          <p>{texts.failedHint}</p>
          <button type="button" className="button" onClick={refresh}>
            {texts.tryAgain}
          </button>
        </Notice>
      )}
      {!assets && !failed && (
        <p role="status" className="muted">
          {texts.loading}
        </p>
      )}
    </section>
  );
}

function Empty() {
  const texts = messages.library;
  return (
    <>
      <div>
        <p className="font-semibold">{texts.emptyTitle}</p>
        <p className="muted">{texts.emptyHint}</p>
      </div>
      <div className="@container">
        <UploadPanel />
      </div>
    </>
  );
}

function useAssets() {
  const signedIn = useStore(session).state === 'active';
  const { queue } = use(UploadsContext);
  const uploads = useStore(queue.items);
  const finished = uploads.filter((item) => item.state === 'done').length;
  const [{ data, error }, execute] = useQuery({
    query: Assets,
    variables: { first: FIRST },
    requestPolicy: 'cache-and-network',
    pause: !signedIn,
  });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  useEffect(() => {
    if (finished > 0) execute({ requestPolicy: 'network-only' });
  }, [finished, execute]);
  return { assets: useKept(data?.assets.nodes), failed: Boolean(error), refresh };
}
