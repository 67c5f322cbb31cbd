/** What stands in place of a page that is not there. */
import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { useTitle } from '../ui/useTitle';

export function PageLoading() {
  return (
    <p role="status" className="visually-hidden">
      {messages.page.loading}
    </p>
  );
}

export function PageMissing() {
  const texts = messages.page;
  useTitle(texts.missingTitle);
  return (
    <div className="card card--padded grid justify-items-start gap-3">
      <h1>{texts.missingTitle}</h1>
      <p className="muted">{texts.missingHint}</p>
      <Link to="/" className="button">
        {texts.toLibrary}
      </Link>
    </div>
  );
}

/** Its code did not arrive, or it broke. */
export function PageFailed() {
  const texts = messages.page;
  return (
    <Notice heading tone="error" title={texts.failedTitle}>
      <p>{texts.failedHint}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {texts.reload}
      </button>
    </Notice>
  );
}
