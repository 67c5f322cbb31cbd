/** Says that the page shows the past, and since when. */
import { connection, unansweredSince } from '../app/connection';
import { session } from '../app/session';
import { useStore } from '../app/store';
import { formatTime } from '../format';
import { messages } from '../messages';
import { Notice } from '../ui/parts';

export function StaleNotice() {
  const socket = useStore(connection);
  const unanswered = useStore(unansweredSince);
  const signedOut = useStore(session).state === 'ended';
  const since = socket.state === 'lost' ? socket.since : unanswered;
  // The banner about the sign-in says it already, and says what to do.
  if (since === null || signedOut) return null;
  return <Notice tone="warning">{messages.jobs.stale(formatTime(since))}</Notice>;
}
