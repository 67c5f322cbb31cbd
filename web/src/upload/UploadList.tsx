/** The files under way, until their jobs take over. */
import { use } from 'react';
import { useStore } from '../app/store';
import { messages } from '../messages';
import type { UploadQueue } from './queue';
import { UploadRow } from './UploadRow';
import { UploadsContext } from './uploads';
import { useSpokenUploads } from './useSpokenUploads';

export function UploadList() {
  const { queue } = use(UploadsContext);
  const items = useStore<ReturnType<UploadQueue['items']['get']>>(queue.items);
  useSpokenUploads(items);
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="uploads-title">
      <h2 id="uploads-title" className="section-title">
        {messages.upload.listTitle}
      </h2>
      <ul className="card rows">
        {items.map((item) => (
          <UploadRow key={item.id} item={item} queue={queue} />
        ))}
      </ul>
    </section>
  );
}
