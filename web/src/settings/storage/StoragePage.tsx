/** /settings/storage: whether all is well with what Reelmill stands on, seen from there and here. */
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { announce } from '../../app/announce';
import { session } from '../../app/session';
import { useStore } from '../../app/store';
import { useWhenBack } from '../../app/useWhenBack';
import { graphql } from '../../graphql';
import { messages } from '../../messages';
import { ForAdmins } from '../ForAdmins';
import { Trouble } from '../Trouble';
import { type Check, inOrder, lookFromHere, verdict } from './checks';

const texts = messages.storage;

const Doctor = graphql(`
  query Doctor {
    doctor {
      checks {
        name
        status
        message
        hint
      }
      browserUrls
    }
  }
`);

export function StoragePage() {
  return (
    <ForAdmins title={messages.settings.storage} texts={texts}>
      {() => <Checks />}
    </ForAdmins>
  );
}

function Checks() {
  const { checks, busy, failed, again } = useChecks();
  const seen = checks && verdict(checks);
  useEffect(() => {
    if (seen) announce(texts.verdict[seen]);
  }, [seen]);
  if (failed) return <Trouble title={texts.failedTitle} refresh={again} />;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="font-medium" role="status">
          {seen && !busy ? texts.verdict[seen] : texts.looking}
        </p>
        <button type="button" className="button" disabled={busy} onClick={again}>
          {texts.again}
        </button>
      </div>
      {checks ? (
        <ul className="card rows" aria-label={texts.list} aria-busy={busy}>
          {inOrder(checks).map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </ul>
      ) : (
        <div className="card card--padded grid gap-2" aria-hidden="true">
          <span className="skeleton skeleton--title" />
          <span className="skeleton skeleton--text" />
        </div>
      )}
    </>
  );
}

const BADGES = { OK: 'badge--good', WARNING: 'badge--waiting', FAILURE: 'badge--bad' };

function CheckRow({ check }: { check: Check }) {
  return (
    <li className="row items-start!">
      <span className={`badge mt-0.5 ${BADGES[check.status]}`}>{texts.states[check.status]}</span>
      <div className="row__main gap-1!">
        <p className="breakable text-small">
          <strong className="font-medium">{check.name}</strong>: {check.message}
        </p>
        {check.status !== 'OK' && check.hint && (
          <p className="breakable text-small text-muted">{check.hint}</p>
        )}
      </div>
    </li>
  );
}

/** What the server has seen, and then what this browser sees. */
function useChecks() {
  const pause = useStore(session).state !== 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: Doctor,
    requestPolicy: 'network-only',
    pause,
  });
  const [here, setHere] = useState<{ of: unknown; checks: Check[] } | null>(null);
  const found = data?.doctor;
  useEffect(() => {
    let current = true;
    const look = async (urls: string[]) => {
      const checks = await lookFromHere(urls);
      if (current) setHere({ of: found, checks });
    };
    if (found) void look(found.browserUrls);
    return () => {
      current = false;
    };
  }, [found]);
  const mine = here?.of === found ? here?.checks : undefined;
  const failed = Boolean(error) && !fetching;
  const again = () => execute({ requestPolicy: 'network-only' });
  useWhenBack(failed, again);
  return {
    checks: found && mine && [...found.checks, ...mine],
    busy: fetching || (found !== undefined && mine === undefined),
    failed,
    again,
  };
}
