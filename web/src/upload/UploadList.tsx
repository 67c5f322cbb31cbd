/** The files under way, until their jobs take over, and those of an earlier visit. */
import { use, useState } from 'react';
import { useStore } from '../app/store';
import { formatBytes, formatSpan } from '../format';
import { messages } from '../messages';
import { Progress } from '../ui/parts';
import { isMoving, needsFile, type Total, totalOf, type UploadItem } from './item';
import type { UploadQueue } from './queue';
import { UploadRow } from './UploadRow';
import { UploadsContext } from './uploads';
import { useSpokenUploads } from './useSpokenUploads';

/** A folder of thousands would make the page slow to no use. */
const ROWS = 50;

export function UploadList() {
  const { queue, notice } = use(UploadsContext);
  const items = useStore<readonly UploadItem[]>(queue.items);
  const said = useStore(notice);
  useSpokenUploads(items);
  const waiting = items.filter((item) => needsFile(item) && !item.elsewhere);
  const foreign = items.filter((item) => needsFile(item) && item.elsewhere);
  const going = items.filter((item) => !needsFile(item));
  const texts = messages.upload;
  return (
    <>
      {said && (
        <p className="upload-notice">
          {said}
          <button type="button" className="button button--quiet" onClick={() => notice.set(null)}>
            {texts.dismiss}
          </button>
        </p>
      )}
      {going.length > 0 && (
        <section aria-labelledby="uploads-title">
          <div className="upload-head">
            <h2 id="uploads-title" className="section-title">
              {texts.listTitle}
            </h2>
            <Together items={going} queue={queue} />
          </div>
          <Rows items={going} queue={queue} />
        </section>
      )}
      {waiting.length > 0 && (
        <section aria-labelledby="waiting-title">
          <h2 id="waiting-title" className="section-title">
            {texts.waitingTitle}
          </h2>
          <p className="muted upload-hint">{texts.waitingHint}</p>
          <Rows items={waiting} queue={queue} />
        </section>
      )}
      {foreign.length > 0 && (
        <details>
          <summary className="section-title">
            {texts.foreignTitle} ({foreign.length})
          </summary>
          <p className="muted upload-hint">{texts.foreignHint}</p>
          <Rows items={foreign} queue={queue} />
        </details>
      )}
    </>
  );
}

function Rows({ items, queue }: { items: readonly UploadItem[]; queue: UploadQueue }) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, ROWS);
  return (
    <ul className="card rows">
      {shown.map((item) => (
        <UploadRow key={item.id} item={item} queue={queue} />
      ))}
      {shown.length < items.length && (
        <li className="row">
          <button type="button" className="button" onClick={() => setAll(true)}>
            {messages.upload.showAll(items.length)}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Many files as one: how far they are, and a pause for all. */
function Together({ items, queue }: { items: readonly UploadItem[]; queue: UploadQueue }) {
  const total = totalOf(items);
  if (!total || total.files < 2) return null;
  const texts = messages.upload;
  const paused = !items.some(isMoving);
  return (
    <div className="upload-total">
      <Progress value={total.loaded / total.size} label={texts.totalOf} />
      <p className="facts">
        {factsOf(total).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <button
        type="button"
        className="button"
        onClick={() => (paused ? queue.resumeAll() : queue.pauseAll())}
      >
        {paused ? texts.resumeAll : texts.pauseAll}
      </button>
    </div>
  );
}

function factsOf({ files, loaded, size, speed, secondsLeft }: Total): string[] {
  const texts = messages.upload;
  const facts = [texts.total(files, formatBytes(loaded), formatBytes(size))];
  if (speed !== null) facts.push(texts.speed(formatBytes(speed)));
  if (secondsLeft !== null) facts.push(texts.left(formatSpan(secondsLeft)));
  return facts;
}
