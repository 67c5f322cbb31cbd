/** Registers what lies in the bucket already. */
import { useState } from 'react';
import { useMutation } from 'urql';
import { refusalOf, whyFailed } from '../app/refusal';
import { formatCount } from '../format';
import { messages } from '../messages';
import { ScanLibrary } from './operations';

export function ScanButton() {
  const [{ fetching }, scan] = useMutation(ScanLibrary);
  const [said, setSaid] = useState('');
  const texts = messages.library;
  const start = async () => {
    const { data, error } = await scan({});
    const payload = data?.scanMediaFolder;
    const refusal = refusalOf(error, payload?.userErrors);
    if (payload && refusal === null) setSaid(texts.scanned(formatCount(payload.registered)));
    else setSaid(texts.scanFailed(refusal ?? whyFailed(error)));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <button type="button" className="button" disabled={fetching} onClick={() => void start()}>
        {fetching ? texts.scanning : texts.scan}
      </button>
      <p role="status" className="text-small text-muted">
        {said}
      </p>
    </div>
  );
}
