/** What could not be read, and the way to try again. */
import { messages } from '../messages';
import { Notice } from '../ui/parts';

export function Trouble({ title, refresh }: { title: string; refresh: () => void }) {
  const texts = messages.settings;
  return (
    <Notice tone="error" title={title}>
      <p>{texts.failedHint}</p>
      <button type="button" className="button" onClick={refresh}>
        {texts.tryAgain}
      </button>
    </Notice>
  );
}
