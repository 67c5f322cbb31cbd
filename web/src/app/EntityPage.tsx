/** The frame of a page about one thing: the way back, and what stands there without the thing. */
import type { ReactNode } from 'react';
import { messages } from '../messages';
import { Notice } from '../ui/parts';

interface EntityPageProps {
  back: ReactNode;
  state: 'there' | 'missing' | 'failed' | 'loading';
  texts: {
    loading: string;
    missingTitle: string;
    missingHint: string;
    failedTitle: string;
  };
  refresh: () => void;
  children: ReactNode;
}

export function EntityPage({ back, state, texts, refresh, children }: EntityPageProps) {
  return (
    <div className="job">
      {back}
      {children}
      {state === 'loading' && (
        <div role="status" aria-label={texts.loading}>
          <span className="skeleton skeleton--title" />
          <div className="skeleton skeleton--player" />
        </div>
      )}
      {state === 'missing' && (
        <Notice heading tone="info" title={texts.missingTitle}>
          <p>{texts.missingHint}</p>
        </Notice>
      )}
      {state === 'failed' && (
        <Notice heading tone="error" title={texts.failedTitle}>
          <p>{messages.jobs.failedHint}</p>
          <button type="button" className="button" onClick={refresh}>
            {messages.jobs.tryAgain}
          </button>
        </Notice>
      )}
    </div>
  );
}
