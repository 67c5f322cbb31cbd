/** /settings/usage: what the project holds, and what its jobs have cost in a stretch of time. */
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount, formatDate, formatSpan } from '../../format';
import { messages } from '../../messages';
import { Fact } from '../../ui/Fact';
import { Notice } from '../../ui/parts';
import { useTitle } from '../../ui/useTitle';
import { Trouble } from '../Trouble';
import { useViewer } from '../viewer';
import { Stored } from './Stored';
import { daysOf, STRETCHES, stretchOf, type StretchName } from './stretch';
import { type Usage, useUsage } from './useUsage';

const texts = messages.usage;

export function UsagePage() {
  useTitle(messages.settings.usageTitle);
  const { viewer } = useViewer();
  return (
    <>
      <h1>{messages.settings.usageTitle}</h1>
      {viewer && !viewer.scopes.includes('READ') ? (
        <Notice tone="info" title={texts.forbiddenTitle}>
          <p>{texts.forbiddenHint}</p>
        </Notice>
      ) : (
        <Figures />
      )}
    </>
  );
}

function Figures() {
  const { of = 'month' } = useSearch({ strict: false }) as { of?: StretchName };
  // One moment for the whole visit: what is asked for must not change with every drawing.
  const [now] = useState(() => new Date());
  const stretch = stretchOf(of, now);
  const { usage, failed, refresh } = useUsage(stretch);
  const { first, last } = daysOf(stretch, now);
  if (failed) return <Trouble title={texts.failedTitle} refresh={refresh} />;
  return (
    <>
      <Stored title={texts.now} usage={usage} failed={false} />
      <section className="card details" aria-labelledby="work-title">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id="work-title">{texts.work}</h2>
          <Choice />
        </div>
        <p className="mt-1 text-small text-muted">
          {first
            ? texts.between(formatDate(first), formatDate(last))
            : texts.until(formatDate(last))}
        </p>
        <Work usage={usage} />
      </section>
    </>
  );
}

/** Links, so that the address says what is shown. */
function Choice() {
  return (
    <nav aria-label={texts.choose} className="flex flex-wrap gap-1">
      {STRETCHES.map((name) => (
        <Link
          key={name}
          to="/settings/usage"
          search={name === 'month' ? {} : { of: name }}
          activeOptions={{ exact: true, includeSearch: true }}
          className={
            'button button--quiet aria-[current=page]:bg-accent-soft! ' +
            'aria-[current=page]:text-accent-strong!'
          }
        >
          {texts.stretches[name]}
        </Link>
      ))}
    </nav>
  );
}

function Work({ usage }: { usage: Usage | undefined }) {
  if (usage?.jobs === 0 && usage.computeSeconds === 0)
    return <p className="mt-3 text-small text-muted">{texts.none}</p>;
  return (
    <dl aria-busy={!usage}>
      <Fact name={texts.jobs}>
        {usage ? (
          <>
            <span>{formatCount(usage.jobs)}</span>
            <span className="text-tiny text-muted">
              {texts.outcome(
                formatCount(usage.succeeded),
                formatCount(usage.failed),
                formatCount(usage.canceled),
              )}
            </span>
          </>
        ) : (
          '…'
        )}
      </Fact>
      <Time name={texts.media} hint={texts.mediaHint} seconds={usage?.mediaSeconds} />
      <Time name={texts.compute} hint={texts.computeHint} seconds={usage?.computeSeconds} />
    </dl>
  );
}

interface TimeProps {
  name: string;
  hint: string;
  seconds: number | undefined;
}

function Time({ name, hint, seconds }: TimeProps) {
  return (
    <Fact name={name}>
      <span>{seconds === undefined ? '…' : formatSpan(seconds)}</span>
      <span className="text-tiny text-muted">{hint}</span>
    </Fact>
  );
}
