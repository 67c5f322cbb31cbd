import { Link } from '@tanstack/react-router';
import { type ChangeEvent, useRef } from 'react';
import { messages } from '../messages';
import { FilmIcon } from '../ui/icons';
import { Progress } from '../ui/parts';
import { usePresetTitle, useRecipe } from './presets';
import type { UploadItem } from './item';
import type { UploadQueue } from './queue';
import { mediaFacts, troubleText, uploadFacts, warningsOf } from './text';

const SHOWS_BAR = new Set<UploadItem['state']>(['uploading', 'paused', 'finishing', 'failed']);
const CAN_CANCEL = new Set<UploadItem['state']>([
  'uploading',
  'queued',
  'paused',
  'failed',
  'needs-file',
]);

export function UploadRow({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const preset = usePresetTitle(item.preset);
  const recipe = useRecipe(item.preset);
  const over = item.trouble !== null || item.state === 'done';
  const texts = messages.upload;
  return (
    <li className={`row row--${item.state}`}>
      <span className="thumb thumb--icon">
        <FilmIcon />
      </span>
      <div className="row__main">
        <p className="row__title" title={item.name}>
          {item.folder && <span className="muted">{item.folder}/</span>}
          {item.name}
        </p>
        <p className="facts">
          {[...uploadFacts(item), preset].map((fact) => fact && <span key={fact}>{fact}</span>)}
        </p>
        {item.findings && item.findings !== 'unreadable' && (
          <p className="facts">
            {mediaFacts(item.findings, recipe).map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </p>
        )}
        {SHOWS_BAR.has(item.state) && (
          <Progress value={item.loaded / item.size} label={texts.progressOf(item.name)} />
        )}
        {item.trouble && <p className="row__problem">{troubleText(item.trouble)}</p>}
        {!over &&
          warningsOf(item, recipe).map((warning) => (
            <p key={warning} className="row__warning">
              {warning}
            </p>
          ))}
      </div>
      <div className="row__actions">
        <Actions item={item} queue={queue} />
      </div>
    </li>
  );
}

function Actions({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const texts = messages.upload;
  const { id, state, elsewhere } = item;
  const resume = () => queue.resume(id);
  return (
    <>
      {state === 'done' && item.jobId && (
        <Link className="button" to="/jobs/$id" params={{ id: item.jobId }}>
          {texts.openJob}
        </Link>
      )}
      {(state === 'uploading' || state === 'queued') && (
        <Action text={texts.pause} name={item.name} act={() => queue.pause(id)} />
      )}
      {state === 'paused' && <Action text={texts.resume} name={item.name} act={resume} />}
      {state === 'failed' && <Action text={texts.retry} name={item.name} act={resume} />}
      {state === 'needs-file' && <Again item={item} queue={queue} />}
      {CAN_CANCEL.has(state) && !(elsewhere && state === 'needs-file') && (
        <Action text={texts.cancel} name={item.name} act={() => void queue.cancel(id)} />
      )}
      {(state === 'done' || state === 'refused') && (
        <Action text={texts.dismiss} name={item.name} act={() => queue.remove(id)} />
      )}
    </>
  );
}

/** Opens the file of an earlier visit: by a handle that the browser kept, or by choosing it. */
function Again({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const input = useRef<HTMLInputElement>(null);
  const texts = messages.upload;
  const { id, name, reachable } = item;
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    if (file) void queue.provide(id, file);
    event.target.value = '';
  };
  if (reachable) return <Action text={texts.goOn} name={name} act={() => void queue.reopen(id)} />;
  return (
    <>
      <Action text={texts.chooseAgain} name={name} act={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        aria-label={texts.ofFile(texts.chooseAgain, name)}
        hidden
        onChange={take}
      />
    </>
  );
}

/** The name of the file is said to screen readers, which meet many buttons called "Cancel". */
function Action({ text, name, act }: { text: string; name: string; act: () => void }) {
  return (
    <button
      type="button"
      className="button"
      aria-label={messages.upload.ofFile(text, name)}
      onClick={act}
    >
      {text}
    </button>
  );
}
