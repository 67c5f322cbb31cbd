import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { useTitle } from '../ui/useTitle';
import { EntityPage } from '../app/EntityPage';
import { connection } from '../app/connection';
import { useStore } from '../app/store';
import { useEntity } from '../app/useEntity';
import { JobView } from './JobView';
import { OneJob } from './operations';
import { useJobsOfAsset } from './useJobsOfAsset';

export function JobPage() {
  const { id } = useParams({ from: '/signed-in/jobs/$id' });
  return <OneJobPage key={id} id={id} />;
}

function OneJobPage({ id }: { id: string }) {
  const { found, state, refresh } = useEntity(OneJob, { id }, (data) => data.job);
  useRereading(refresh, found?.status);
  useJobsOfAsset(found?.asset.id, refresh);
  const texts = messages.job;
  useTitle(found?.title);
  const back = (
    <Link to="/jobs" className="back-link">
      <BackIcon />
      {texts.back}
    </Link>
  );
  return (
    <EntityPage back={back} state={state} texts={texts} refresh={refresh}>
      {found && <JobView job={found} refresh={refresh} />}
    </EntityPage>
  );
}

/** The subscription has no probe and no log: they are read when the state changes, or may have. */
function useRereading(refresh: () => void, status: string | undefined): void {
  const socket = useStore(connection).state;
  const before = useRef({ status, socket });
  useEffect(() => {
    const { status: lastStatus, socket: lastSocket } = before.current;
    const changed = lastStatus !== undefined && lastStatus !== status;
    if (changed || (lastSocket === 'lost' && socket === 'live')) refresh();
    before.current = { status, socket };
  });
}
