/** /assets/$id: one asset, what was made of it, and the player. */
import { Link, useParams } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { Failure } from '../jobs/Failure';
import { JobRow } from '../jobs/JobRow';
import { Outputs } from '../jobs/Outputs';
import { Screen } from '../jobs/Screen';
import { StaleNotice } from '../jobs/StaleNotice';
import { playableOf } from '../jobs/state';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { Notice } from '../ui/parts';
import { useKept } from '../ui/useKept';
import { useTitle } from '../ui/useTitle';
import { AssetFacts } from './AssetFacts';
import { type AssetDetails, OneAsset } from './operations';
import { Sharing } from './Sharing';

export function AssetPage() {
  const { id } = useParams({ from: '/signed-in/assets/$id' });
  return <OneAssetPage key={id} id={id} />;
}

function OneAssetPage({ id }: { id: string }) {
  const { asset, state, refresh } = useAsset(id);
  const texts = messages.asset;
  useTitle(asset?.title);
  return (
    <div className="job">
      <Link to="/" className="back-link">
        <BackIcon />
        {texts.back}
      </Link>
      {asset && <StaleNotice />}
      {asset && <AssetView asset={asset} refresh={refresh} />}
      {state === 'loading' && (
        <div role="status" aria-label={texts.loading} className="skeleton skeleton--player" />
      )}
      {state === 'missing' && (
        <Notice tone="info" title={texts.missingTitle}>
          <p>{texts.missingHint}</p>
        </Notice>
      )}
      {state === 'failed' && (
        <Notice tone="error" title={texts.failedTitle}>
          <p>{texts.failedHint}</p>
          <button type="button" className="button" onClick={refresh}>
            {texts.tryAgain}
          </button>
        </Notice>
      )}
    </div>
  );
}

function AssetView({ asset, refresh }: { asset: AssetDetails; refresh: () => void }) {
  const jobs = asset.jobs.nodes;
  const played = jobs.find((job) => job.status === 'SUCCEEDED' && playableOf(job));
  const texts = messages.asset;
  return (
    <>
      <h1>{asset.title}</h1>
      {asset.error && (
        <div className="card card--padded">
          <Failure error={asset.error} />
        </div>
      )}
      {played && <Screen job={played} refresh={refresh} />}
      <section aria-labelledby="asset-jobs">
        <h2 id="asset-jobs" className="section-title">
          {texts.jobs}
        </h2>
        {jobs.length === 0 && <p className="card card--padded muted">{texts.noJobs}</p>}
        {jobs.length > 0 && (
          <ul className="card rows">
            {jobs.map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </ul>
        )}
      </section>
      <div className="job__columns">
        {played && <Outputs job={played} />}
        <div className="grid gap-4">
          {played && <Sharing asset={asset} refresh={refresh} />}
          <AssetFacts asset={asset} />
        </div>
      </div>
    </>
  );
}

/** Codes of ids that name nothing here. */
const NO_ASSET = new Set(['NOT_FOUND', 'INVALID_ID']);

function useAsset(id: string) {
  const signedIn = useStore(session).state === 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: OneAsset,
    variables: { id },
    requestPolicy: 'cache-and-network',
    pause: !signedIn,
  });
  const refresh = () => execute({ requestPolicy: 'network-only' });
  const asset = useKept(data?.asset ?? null);
  const missing =
    (data && !data.asset) ||
    error?.graphQLErrors.some((one) => NO_ASSET.has(String(one.extensions['code'])));
  if (asset) return { asset, state: 'there', refresh } as const;
  if (missing) return { asset, state: 'missing', refresh } as const;
  return { asset, state: error && !fetching ? 'failed' : 'loading', refresh } as const;
}
