/** A key in the list, and the question before it is revoked. */
import { useState } from 'react';
import { useMutation } from 'urql';
import { announce } from '../../app/announce';
import { refusalOf } from '../../app/refusal';
import { formatDateTime } from '../../format';
import { messages } from '../../messages';
import { Question } from '../Question';
import { type ApiKey, RevokeApiKey } from './operations';
import { keyState } from './state';

const texts = messages.keys;

interface Props {
  apiKey: ApiKey;
  /** Whether this page is signed in with it. */
  own: boolean;
  now: number;
}

export function KeyRow({ apiKey, own, now }: Props) {
  const [asking, setAsking] = useState(false);
  const active = keyState(apiKey, now) === 'ACTIVE';
  return (
    <li className="row">
      <div className="row__main">
        <div className="row__head flex-wrap gap-y-1!">
          <strong className="breakable min-w-0 font-medium">{apiKey.name}</strong>
          {apiKey.scopes.map((scope) => (
            <span key={scope} className="badge" title={messages.scopes[scope].hint}>
              {messages.scopes[scope].name}
            </span>
          ))}
        </div>
        <p className="facts">
          <span>{texts.made(formatDateTime(apiKey.createdAt))}</span>
          <span>{endText(apiKey, now)}</span>
          {own && <span>{texts.own}</span>}
        </p>
      </div>
      {active && (
        <div className="row__actions">
          <button
            type="button"
            className="button"
            aria-label={texts.revokeOf(apiKey.name)}
            onClick={() => setAsking(true)}
          >
            {texts.revoke}
          </button>
        </div>
      )}
      {asking && <Revoke apiKey={apiKey} own={own} onClose={() => setAsking(false)} />}
    </li>
  );
}

function endText(key: ApiKey, now: number): string {
  if (key.revokedAt) return texts.revoked(formatDateTime(key.revokedAt));
  if (!key.expiresAt) return texts.endsNever;
  const when = formatDateTime(key.expiresAt);
  return keyState(key, now) === 'EXPIRED' ? texts.expired(when) : texts.endsAt(when);
}

function Revoke({ apiKey, own, onClose }: Omit<Props, 'now'> & { onClose: () => void }) {
  const [{ fetching }, revoke] = useMutation(RevokeApiKey);
  const [refused, setRefused] = useState<string | null>(null);
  const act = async () => {
    const { data, error } = await revoke({ input: { id: apiKey.id } });
    const refusal = refusalOf(error, data?.revokeApiKey.userErrors);
    setRefused(refusal);
    if (refusal !== null) return;
    announce(texts.done(apiKey.name));
    onClose();
  };
  return (
    <Question
      title={texts.question(apiKey.name)}
      verb={texts.revoke}
      busy={fetching}
      refused={refused}
      onYes={() => void act()}
      onClose={onClose}
    >
      <p className="text-small">{texts.questionHint}</p>
      {own && <p className="text-small text-warn">{texts.questionOwn}</p>}
    </Question>
  );
}
