/** Says that the server does not answer, and since when, wherever on a page somebody is. */
import { formatTime } from '../format';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { connection } from './connection';
import { unansweredSince } from './reach';
import { session } from './session';
import { useStore } from './store';

export function OutageNotice() {
  const socket = useStore(connection);
  const unanswered = useStore(unansweredSince);
  const signedOut = useStore(session).state === 'ended';
  const since = socket.state === 'lost' ? socket.since : unanswered;
  // The banner about the sign-in says it already, and says what to do.
  if (since === null || signedOut) return null;
  return <Notice tone="warning">{messages.connection.lost(formatTime(since))}</Notice>;
}
