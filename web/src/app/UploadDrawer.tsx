/** Uploads beside every page: it opens by its button, and by itself when files are added. */
import { Dialog } from 'radix-ui';
import { use, useEffect, useRef, useState } from 'react';
import { formatPercent } from '../format';
import { messages } from '../messages';
import { CloseIcon, UploadIcon } from '../ui/icons';
import { UploadList } from '../upload/UploadList';
import { UploadPanel } from '../upload/UploadPanel';
import type { UploadItem } from '../upload/item';
import { UploadsContext } from '../upload/uploads';
import { OutageNotice } from './OutageNotice';
import { useStore } from './store';

export function UploadDrawer() {
  const { queue } = use(UploadsContext);
  const items = useStore(queue.items);
  const [open, setOpen] = useOpenOnMore(items.length);
  const texts = messages.upload;
  const share = shareSent(items);
  return (
    // Not modal: the page beside it can be used. A modal one would also put a style element into
    // the page, which the content security policy forbids.
    <Dialog.Root open={open} onOpenChange={setOpen} modal={false}>
      <Dialog.Trigger
        className="button"
        aria-label={share === null ? texts.title : texts.running(formatPercent(share))}
      >
        <UploadIcon />
        <span className="tabular-nums">{share === null ? texts.title : formatPercent(share)}</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          className={
            'fixed inset-y-0 right-0 z-30 flex w-[min(520px,100vw)] flex-col gap-4 overflow-y-auto ' +
            'overscroll-contain border-l border-line bg-bg p-4 shadow-card sm:p-5'
          }
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-lg font-semibold">{texts.title}</Dialog.Title>
            <Dialog.Close className="button button--quiet" aria-label={texts.close}>
              <CloseIcon />
            </Dialog.Close>
          </div>
          {/* The drawer may cover the one of the page. */}
          <OutageNotice />
          <UploadList />
          <div className="@container">
            <UploadPanel />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useOpenOnMore(count: number) {
  const [open, setOpen] = useState(false);
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) setOpen(true);
    before.current = count;
  }, [count]);
  return [open, setOpen] as const;
}

const UNDERWAY = new Set<UploadItem['state']>(['queued', 'uploading', 'paused', 'finishing']);

/** 0 to 1 over all files that are under way; null when there is none. */
function shareSent(items: readonly UploadItem[]): number | null {
  const underway = items.filter((item) => UNDERWAY.has(item.state));
  const total = underway.reduce((sum, item) => sum + item.size, 0);
  if (total === 0) return null;
  return underway.reduce((sum, item) => sum + item.loaded, 0) / total;
}
