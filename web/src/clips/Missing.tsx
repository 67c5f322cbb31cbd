/** What would help to choose by, where it is not there: a button that has it made, and how far that is. */
import { useEffect, useRef, useState } from 'react';
import { Failure } from '../jobs/Failure';
import { barValue, isOver, stateFacts, stateText } from '../jobs/state';
import { useLiveJob } from '../jobs/useLiveJob';
import { messages } from '../messages';
import { Progress } from '../ui/parts';
import { useEditor } from './editor';
import { missingRecipe, type Sources } from './film';
import type { FilmAsset, FilmJob } from './operations';
import { type JobInput, useStartJob } from './useStartJob';

const texts = messages.clips;
const PREVIEW = 'preview';

interface Props {
  asset: FilmAsset;
  sources: Sources;
  refresh: () => void;
}

export function Missing({ asset, sources, refresh }: Props) {
  const { film } = useEditor();
  const recipe = missingRecipe(film, sources);
  const jobs = asset.jobs.nodes;
  const underway = jobs.filter((job) => !isOver(job.status));
  useEnded(underway.length, refresh);
  // Only what this page has asked for is its business.
  const [mine, setMine] = useState<string[]>([]);
  const failed = jobs.filter(({ id, status }) => mine.includes(id) && status === 'FAILED');
  const offer = {
    assetId: asset.id,
    // What is wanted may be on its way already.
    waits: underway.length > 0,
    onStarted: (job: string) => {
      setMine([...mine, job]);
      refresh();
    },
  };
  return (
    <>
      {(sources.undecodable ?? !sources.playable) && (
        <Offer
          what={PREVIEW}
          {...unseenTexts(sources)}
          action={texts.makePreview}
          input={{ preset: PREVIEW }}
          {...offer}
        />
      )}
      {recipe && (
        <Offer
          what="pictures"
          title={texts.plainTitle}
          hint={texts.plainHint}
          action={texts.makePictures}
          input={{ recipe }}
          {...offer}
        />
      )}
      {underway.map((job) => (
        <Underway key={job.id} job={job} />
      ))}
      {failed.map(
        ({ id, error }) =>
          error && (
            <div key={id} className="card card--padded">
              <Failure error={error} />
            </div>
          ),
      )}
    </>
  );
}

const unseenTexts = ({ undecodable }: Sources) =>
  undecodable
    ? {
        title: texts.undecodableTitle,
        hint: texts.undecodableHint(undecodable.videoCodec?.toUpperCase() ?? null),
      }
    : { title: texts.unseenTitle, hint: texts.unseenHint };

/** What a job has found out of the film itself, such as its length, is read again with the asset. */
function useEnded(underway: number, refresh: () => void): void {
  const before = useRef(underway);
  useEffect(() => {
    if (underway < before.current) refresh();
    before.current = underway;
  }, [underway, refresh]);
}

interface OfferProps {
  what: string;
  title: string;
  hint: string;
  action: string;
  assetId: string;
  input: Pick<JobInput, 'preset' | 'recipe'>;
  waits: boolean;
  onStarted: (job: string) => void;
}

function Offer({ what, title, hint, action, assetId, input, waits, onStarted }: OfferProps) {
  const { starting, start } = useStartJob(what);
  const [problem, setProblem] = useState<string | null>(null);
  const make = async () => {
    const { job, errors } = await start({ assetId, ...input });
    setProblem(errors[0]?.message ?? null);
    if (job) onStarted(job);
  };
  return (
    <div className="card card--padded grid justify-items-start gap-2">
      <strong>{title}</strong>
      <p className="muted">{hint}</p>
      <button
        type="button"
        className="button"
        disabled={starting || waits}
        onClick={() => void make()}
      >
        {action}
      </button>
      {problem && (
        <p className="field-error" role="alert">
          {texts.refused(problem)}
        </p>
      )}
    </div>
  );
}

/** The answers go into the cache, and so what was made appears by itself. */
function Underway({ job }: { job: FilmJob }) {
  useLiveJob(job);
  return (
    <div className="card card--padded grid gap-2">
      <p>{texts.making(job.title)}</p>
      <p className="facts">
        {[stateText(job), ...stateFacts(job)].map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <Progress value={barValue(job)} label={messages.jobs.progressOf(job.title)} />
    </div>
  );
}
