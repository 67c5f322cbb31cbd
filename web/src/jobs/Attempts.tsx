/** How often a job was tried, and how each try has ended. */
import { formatCount } from '../format';
import { messages } from '../messages';
import type { JobDetails } from './operations';
import { tookFacts } from './state';

type Attempt = JobDetails['attempts'][number];

/** One try that went well, or has not ended, says nothing that the page does not say. */
export function Attempts({ attempts }: { attempts: Attempt[] }) {
  const texts = messages.job;
  if (attempts.length < 2) return null;
  return (
    <section className="card details" aria-labelledby="attempts-title">
      <h2 id="attempts-title">{texts.attempts}</h2>
      <ol className="mt-2 grid gap-3 text-small">
        {attempts.map((attempt) => (
          <li key={attempt.number} className="grid min-w-0 gap-1">
            <p className="facts text-small!">
              <span className="font-medium text-text">
                {texts.attempt(formatCount(attempt.number))}
              </span>
              <span>{texts.attemptStatus[attempt.status]}</span>
              {tookFacts(attempt).map((fact) => (
                <span key={fact}>{messages.jobs.took(fact)}</span>
              ))}
              {attempt.reason && <code>{attempt.reason}</code>}
            </p>
            <Log log={attempt.log} title={texts.attemptLog} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What the last try has said before it failed. */
export function LogTail({ job }: { job: Pick<JobDetails, 'attempts'> }) {
  // With more than one, the list of them has it.
  if (job.attempts.length > 1) return null;
  return <Log log={job.attempts[0]?.log ?? null} title={messages.job.log} />;
}

function Log({ log, title }: { log: string | null; title: string }) {
  if (!log) return null;
  return (
    <details className="log mt-1!">
      <summary>{title}</summary>
      <pre>{log}</pre>
    </details>
  );
}
