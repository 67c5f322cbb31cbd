/** /jobs/$id/subtitles: the subtitles of a film, beside the film. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { EntityPage } from '../app/EntityPage';
import { useEntity } from '../app/useEntity';
import { messages } from '../messages';
import { BackIcon } from '../ui/icons';
import { Notice } from '../ui/parts';
import { useTitle } from '../ui/useTitle';
import { Editor } from './Editor';
import { LanguageChoice } from './LanguageChoice';
import { languageToOpen } from './languages';
import { JobSubtitles, type SubtitledJob } from './operations';
import './subtitles.css';
import { useStored } from './useStored';

const texts = messages.subtitles;

export function SubtitlesPage() {
  const { id } = useParams({ from: '/signed-in/jobs/$id/subtitles' });
  const { found, state, refresh } = useEntity(JobSubtitles, { id }, (data) => data.job);
  useTitle(found ? texts.of(found.title) : undefined);
  const back = (
    <Link to="/jobs/$id" params={{ id }} className="back-link">
      <BackIcon />
      {texts.back}
    </Link>
  );
  return (
    <EntityPage back={back} state={state} texts={texts} refresh={refresh}>
      {found && <OfJob key={id} job={found} refresh={refresh} />}
    </EntityPage>
  );
}

interface Props {
  job: SubtitledJob;
  refresh: () => void;
}

function OfJob({ job, refresh }: Props) {
  const search = useSearch({ from: '/signed-in/jobs/$id/subtitles' });
  const language = languageToOpen(job, search.language, navigator.language);
  const ready = job.status === 'SUCCEEDED';
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h1>{texts.of(job.title)}</h1>
        {ready && <LanguageChoice job={job} language={language} />}
      </div>
      {ready ? (
        <InLanguage key={language} job={job} language={language} refresh={refresh} />
      ) : (
        <Notice tone="info" title={texts.notReadyTitle}>
          <p>{texts.notReadyHint}</p>
        </Notice>
      )}
    </>
  );
}

function InLanguage({ job, language, refresh }: Props & { language: string }) {
  const { stored, again } = useStored(job, language);
  if (stored === null)
    return (
      <div role="status" aria-label={texts.loading}>
        <div className="skeleton skeleton--player" />
      </div>
    );
  if (stored === 'failed')
    return (
      <Notice tone="error" title={texts.failedTitle}>
        <p>{texts.failedHint}</p>
        <button type="button" className="button" onClick={again}>
          {texts.tryAgain}
        </button>
      </Notice>
    );
  return <Editor job={job} language={language} stored={stored} again={again} refresh={refresh} />;
}
