/** Film and text side by side, with everything that one does with the text. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { formatDateTime, languageName } from '../format';
import { Screen } from '../jobs/Screen';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { CueList } from './CueList';
import { Keys } from './Keys';
import { issuesOf } from './issues';
import { LeaveGuard, OverwriteQuestion } from './questions';
import { type GlobalDeed, globalDeed } from './keys';
import type { SubtitledJob } from './operations';
import { initial, reduce } from './state';
import { StartEmpty } from './StartEmpty';
import { Toolbar } from './Toolbar';
import { useDraft } from './useDraft';
import { useFilm, useLiveTrack } from './useFilm';
import { useSaving } from './useSaving';
import type { Stored } from './useStored';
import type { Subtitles } from './vtt';

const texts = messages.subtitles;
// The page shows its own text in the player, also before it is saved.
const NO_CAPTIONS: [] = [];

interface Props {
  job: SubtitledJob;
  language: string;
  stored: Stored;
  /** Read what is stored once more. */
  again: () => void;
  refresh: () => void;
}

export function Editor({ job, language, stored, again, refresh }: Props) {
  const [state, send] = useReducer(reduce, stored, ({ doc, draft }) =>
    initial(doc, draft?.doc ?? null),
  );
  const doc = state.history.now;
  const unsaved = doc !== state.saved;
  const issues = useMemo(() => issuesOf(doc.cues), [doc.cues]);
  const film = useFilm();
  useLiveTrack(film.video, doc.cues, language, texts.live(languageName(language)));
  const { saving, base, save, dismiss } = useSaving({
    jobId: job.id,
    language,
    base: stored.base,
    onSaved: (saved) => {
      send({ type: 'saved', doc: saved });
      refresh();
    },
    onRefused: (id) => send({ type: 'open', id }),
  });
  const [adopted, setAdopted] = useState<Subtitles | null>(null);
  useDraft({
    jobId: job.id,
    language,
    doc,
    base,
    unsaved,
    onAdopt: (other) => {
      send({ type: 'adopt', doc: other });
      setAdopted(other);
    },
    onSettled: again,
  });

  useGlobalKeys({
    save: () => void save(doc, issues),
    toggle: film.toggle,
    undo: () => send({ type: 'undo' }),
    redo: () => send({ type: 'redo' }),
  });
  return (
    <div className="subtitles">
      <LeaveGuard unsaved={unsaved} />
      {saving.state === 'conflict' && (
        <OverwriteQuestion
          language={languageName(language)}
          onOverwrite={() => void save(doc, issues, true)}
          onClose={dismiss}
        />
      )}
      <div className="subtitles__film">
        <Screen job={job} refresh={refresh} captions={NO_CAPTIONS} onVideo={film.attach} />
        <Keys />
      </div>
      <section className="card subtitles__text" aria-label={texts.title}>
        <Toolbar
          state={state}
          send={send}
          issues={issues}
          film={film}
          name={`${job.title}.${language}`}
          saving={saving}
          onSave={() => void save(doc, issues)}
        />
        {adopted === doc && <Notice tone="info">{texts.elsewhere}</Notice>}
        <Notices stored={stored} unsaved={unsaved} onRestore={() => send({ type: 'restore' })} />
        {doc.cues.length > 0 ? (
          <CueList state={state} send={send} issues={issues} film={film} />
        ) : (
          <StartEmpty job={job} language={language} send={send} />
        )}
      </section>
    </div>
  );
}

/** Wherever on the page the focus is, but not in a question that is asked over it. */
function useGlobalKeys(deeds: Record<GlobalDeed, () => void>): void {
  const newest = useRef(deeds);
  useEffect(() => {
    newest.current = deeds;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const deed = globalDeed(event);
      if (!deed || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      newest.current[deed]();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

interface NoticesProps {
  stored: Stored;
  unsaved: boolean;
  onRestore: () => void;
}

function Notices({ stored, unsaved, onRestore }: NoticesProps) {
  const { doc, draft, base, unreadable } = stored;
  const notes = doc.below.length > 0 || doc.cues.some(({ above }) => above.length > 0);
  return (
    <>
      {draft && unsaved && (
        <Notice tone="info">
          <p>
            {texts.draftBack(formatDateTime(draft.from.at))}
            {draft.from.base !== base && ` ${texts.draftOld}`}
          </p>
          <button type="button" className="button" onClick={onRestore}>
            {texts.draftDrop}
          </button>
        </Notice>
      )}
      {unreadable && <Notice tone="warning">{texts.unreadable}</Notice>}
      {notes && <Notice tone="info">{texts.notesStay}</Notice>}
    </>
  );
}
