/** /assets/$id/clips: pieces of a film are chosen, and made by a job. A chunk of its own. */
import { Link, useParams } from '@tanstack/react-router';
import { EntityPage } from '../app/EntityPage';
import { useEntity } from '../app/useEntity';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { useTitle } from '../ui/useTitle';
import { ClipEditor } from './ClipEditor';
import './clips.css';
import { ClipAsset } from './operations';

export function ClipsPage() {
  const { id } = useParams({ from: '/signed-in/assets/$id/clips' });
  return <OneClipsPage key={id} id={id} />;
}

function OneClipsPage({ id }: { id: string }) {
  const { found, state, refresh } = useEntity(ClipAsset, { id }, (data) => data.asset);
  const texts = messages.clips;
  useTitle(found ? texts.title(found.title) : undefined);
  const back = (
    <Link to="/assets/$id" params={{ id }} className="back-link">
      <BackIcon />
      {texts.back}
    </Link>
  );
  return (
    <EntityPage back={back} state={state} texts={texts} refresh={refresh}>
      {found && <ClipEditor asset={found} refresh={refresh} />}
    </EntityPage>
  );
}
