/** /s/$token: one film for people without a key: the player and nothing else. */
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useWhenBack } from '../app/useWhenBack';
import { messages } from '../messages';
import { LazyPlayer, PlayerLoading } from '../player/LazyPlayer';
import { CopyField } from '../ui/CopyField';
import { Notice } from '../ui/parts';
import { useTitle } from '../ui/useTitle';
import { type Answer, type Film, readFilm, shortLanguage } from './film';

const texts = messages.share;

export function SharePage() {
  const { token } = useParams({ from: '/s/$token' });
  const { answer, read } = useFilm(token);
  useTitle(answer?.state === 'there' ? answer.film.title : undefined);
  return (
    <main className="page">
      {!answer && <PlayerLoading />}
      {answer?.state === 'there' && <Shared film={answer.film} read={read} />}
      {answer?.state === 'ended' && (
        <Notice tone="info" title={texts.endedTitle}>
          <p>{texts.endedHint}</p>
        </Notice>
      )}
      {answer?.state === 'missing' && (
        <Notice tone="info" title={texts.missingTitle}>
          <p>{texts.missingHint}</p>
        </Notice>
      )}
      {answer?.state === 'failed' && (
        <Notice tone="error" title={texts.failedTitle}>
          <p>{texts.failedHint}</p>
          <button type="button" className="button" onClick={read}>
            {texts.tryAgain}
          </button>
        </Notice>
      )}
    </main>
  );
}

function Shared({ film, read }: { film: Film; read: () => void }) {
  return (
    <>
      <h1>{film.title}</h1>
      {film.kind === 'DASH' ? (
        <Notice tone="info">
          <p>{texts.unplayable}</p>
          <CopyField label={texts.address} value={film.playbackUrl} />
        </Notice>
      ) : (
        <LazyPlayer
          source={film.playbackUrl}
          streams={film.kind === 'HLS'}
          pictures={film.width !== null}
          poster={film.posterUrl ?? undefined}
          thumbnails={film.thumbnailsUrl ?? undefined}
          title={film.title}
          captions={film.captions.map(({ language, url, saved }) => ({
            language: shortLanguage(language),
            url,
            saved,
          }))}
          onNewLink={read}
        />
      )}
    </>
  );
}

function useFilm(token: string) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void (async () => {
      const found = await readFilm(token, stop.signal);
      if (!stop.signal.aborted) setAnswer(found);
    })();
    return () => stop.abort();
  }, [token]);
  const read = () => void (async () => setAnswer(await readFilm(token)))();
  useWhenBack(answer?.state === 'failed', read);
  return { answer, read };
}
