/** Registers what lies in the bucket already. */
import { useState } from 'react';
import { useMutation } from 'urql';
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
    const refusal = payload?.userErrors[0]?.message ?? error?.graphQLErrors[0]?.message;
    if (payload && !refusal) setSaid(texts.scanned(formatCount(payload.registered)));
    else setSaid(texts.scanFailed(refusal ?? messages.jobs.noAnswer));
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
