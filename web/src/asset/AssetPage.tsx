/** /assets/$id: one asset, what was made of it, and the player. */
import { Link, useParams } from '@tanstack/react-router';
import { EntityPage } from '../app/EntityPage';
import { useEntity } from '../app/useEntity';
import { canBeCut } from '../clips/kinds';
import { Failure } from '../jobs/Failure';
import { JobRow } from '../jobs/JobRow';
import { Outputs } from '../jobs/Outputs';
import { Showing } from '../jobs/Showing';
import { isPlayable } from '../jobs/state';
import { useJobsOfAsset } from '../jobs/useJobsOfAsset';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { useTitle } from '../ui/useTitle';
import { AssetFacts } from './AssetFacts';
import { type AssetDetails, OneAsset } from './operations';
import { Sharing } from './Sharing';

export function AssetPage() {
  const { id } = useParams({ from: '/signed-in/assets/$id' });
  return <OneAssetPage key={id} id={id} />;
}

function OneAssetPage({ id }: { id: string }) {
  const { found, state, refresh } = useEntity(OneAsset, { id }, (data) => data.asset);
  useJobsOfAsset(found?.id, refresh);
  const texts = messages.asset;
  useTitle(found?.title);
  const back = (
    <Link to="/" className="back-link">
      <BackIcon />
      {texts.back}
    </Link>
  );
  return (
    <EntityPage back={back} state={state} texts={texts} refresh={refresh}>
      {found && <AssetView asset={found} refresh={refresh} />}
    </EntityPage>
  );
}

function AssetView({ asset, refresh }: { asset: AssetDetails; refresh: () => void }) {
  const jobs = asset.jobs.nodes;
  const playable = jobs.filter(isPlayable);
  const [played] = playable;
  const texts = messages.asset;
  return (
    <>
      <div className="job__head">
        <h1>{asset.title}</h1>
        {canBeCut(asset) && (
          <Link to="/assets/$id/clips" params={{ id: asset.id }} className="button">
            {messages.clips.open}
          </Link>
        )}
      </div>
      {asset.error && (
        <div className="card card--padded">
          <Failure error={asset.error} />
        </div>
      )}
      <Showing jobs={playable} refresh={refresh} />
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
