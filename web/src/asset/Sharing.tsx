/** The links by which others watch a film: made, listed, revoked. */
import { useMutation } from 'urql';
import { refusalOf } from '../app/refusal';
import { formatDateTime } from '../format';
import { messages } from '../messages';
import type { AssetDetails } from './operations';
import { RevokeShareLink } from './operations';
import { ShareDialog } from './ShareDialog';

const texts = messages.share;

type ShareLink = AssetDetails['shareLinks'][number];

export function Sharing({ asset, refresh }: { asset: AssetDetails; refresh: () => void }) {
  return (
    <section className="card card--padded grid gap-3" aria-labelledby="share-title">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="share-title">{texts.title}</h2>
        <ShareDialog assetId={asset.id} onMade={refresh} />
      </div>
      <p className="text-small text-muted">{texts.hint}</p>
      {asset.shareLinks.length === 0 && <p className="text-small text-muted">{texts.none}</p>}
      <ul className="grid">
        {asset.shareLinks.map((link) => (
          <LinkRow key={link.id} link={link} />
        ))}
      </ul>
    </section>
  );
}

function LinkRow({ link }: { link: ShareLink }) {
  const [{ data, error, fetching }, revoke] = useMutation(RevokeShareLink);
  const until = formatDateTime(link.expiresAt);
  const refused = refusalOf(error, data?.revokeShareLink.userErrors);
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 border-t border-line py-2 text-small">
      <span className="grid">
        <span>{link.state === 'ACTIVE' ? texts.until(until) : texts.over[link.state]}</span>
        <span className="text-tiny text-muted">{texts.made(formatDateTime(link.createdAt))}</span>
      </span>
      {link.state === 'ACTIVE' && (
        <button
          type="button"
          className="button"
          aria-label={texts.revokeOf(until)}
          disabled={fetching}
          onClick={() => void revoke({ input: { id: link.id } })}
        >
          {texts.revoke}
        </button>
      )}
      {refused && (
        <p role="alert" className="field-error w-full">
          {texts.failed(refused)}
        </p>
      )}
    </li>
  );
}
