/** Shown when the server stopped accepting the sign-in, until it accepts one again. */
import { use, useEffect, useRef } from 'react';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { UploadsContext } from '../upload/uploads';
import { announce } from './announce';
import { KeyForm } from './KeyForm';
import { recheckSession, session } from './session';
import { useStore } from './store';

export function AccessBanner() {
  const ended = useStore(session).state === 'ended';
  const { queue } = use(UploadsContext);
  const wasEnded = useRef(false);

  useEffect(() => {
    if (wasEnded.current && !ended) {
      announce(messages.access.restored);
      queue.resumeAfterSignIn();
    }
    wasEnded.current = ended;
  }, [ended, queue]);

  // Somebody may sign in again in another tab and come back to this one.
  useEffect(() => {
    if (!ended) return;
    const look = () => void recheckSession();
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, [ended]);

  if (!ended) return null;
  return (
    <Notice tone="warning" title={messages.access.ended}>
      <p>{messages.access.hint}</p>
      <KeyForm onSignedIn={() => undefined} />
    </Notice>
  );
}
