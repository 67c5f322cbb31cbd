/** Why a job failed: what happened, what helps, and the code to look it up by. */
import { messages } from '../messages';
import { sentence } from '../upload/text';
import type { Job } from './operations';

export function Failure({ error }: { error: NonNullable<Job['error']> }) {
  return (
    <div className="failure">
      <p className="failure__message">{sentence(error.message)}</p>
      {error.hint && <p className="failure__hint">{sentence(error.hint)}</p>}
      <p className="failure__code">
        {messages.jobs.errorCode} <code>{error.code}</code>
      </p>
    </div>
  );
}
