/** Makes a link to a film and shows its address, this once. */
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useMutation } from 'urql';
import { refusalOf } from '../app/refusal';
import { messages } from '../messages';
import { CopyField } from '../ui/CopyField';
import { CloseIcon } from '../ui/icons';
import { CreateShareLink } from './operations';

const texts = messages.share;
const DAYS = [1, 7, 30, 365];
const A_DAY = 24 * 3600;

export function ShareDialog({ assetId, onMade }: { assetId: string; onMade: () => void }) {
  return (
    // Not modal: a modal one puts a style element into the page, which the content security policy
    // forbids.
    <Dialog.Root modal={false}>
      <Dialog.Trigger className="button">{texts.make}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          className={
            'fixed top-1/2 left-1/2 z-30 grid w-[min(480px,calc(100vw-2rem))] -translate-1/2 gap-4 ' +
            'rounded-card border border-line-strong bg-surface p-5 shadow-2xl'
          }
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-lg font-semibold">{texts.dialog}</Dialog.Title>
            <Dialog.Close className="button button--quiet" aria-label={texts.close}>
              <CloseIcon />
            </Dialog.Close>
          </div>
          <p className="text-small text-muted">{texts.hint}</p>
          <NewLink assetId={assetId} onMade={onMade} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function NewLink({ assetId, onMade }: { assetId: string; onMade: () => void }) {
  const [days, setDays] = useState(7);
  const [{ data, error, fetching }, create] = useMutation(CreateShareLink);
  const url = data?.createShareLink.url;
  const refused = refusalOf(error, data?.createShareLink.userErrors);
  const make = async () => {
    const made = await create({ input: { assetId, expiresIn: days * A_DAY } });
    if (made.data?.createShareLink.shareLink) onMade();
  };
  if (url)
    return (
      <div className="grid gap-2">
        <CopyField label={texts.address} value={url} />
        <p className="text-small text-muted">{texts.once}</p>
      </div>
    );
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <label className="grid gap-1 text-small">
        {texts.lives}
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {texts.days(count)}
            </option>
          ))}
        </select>
      </label>
      {refused && (
        <p role="alert" className="field-error">
          {error?.networkError ? texts.unanswered : texts.failed(refused)}
        </p>
      )}
      <button type="submit" className="button button--primary" disabled={fetching}>
        {fetching ? texts.creating : texts.create}
      </button>
    </form>
  );
}
