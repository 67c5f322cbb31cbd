/** Where files come in: a place to drop them, a button to choose them, and what they become. */
import { type ChangeEvent, use, useRef } from 'react';
import { announce } from '../app/announce';
import { messages } from '../messages';
import { UploadIcon } from '../ui/icons';
import { PresetChooser } from './PresetChooser';
import { UploadsContext } from './uploads';

export function UploadPanel() {
  const { queue, preset } = use(UploadsContext);
  const input = useRef<HTMLInputElement>(null);
  const texts = messages.upload;

  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    queue.add(files, preset.get());
    announce(texts.saidQueued(files.length));
    // So that the same file can be chosen again.
    event.target.value = '';
  };

  return (
    <section className="card upload" aria-label={texts.title}>
      <div className="dropzone">
        <span className="dropzone__icon">
          <UploadIcon />
        </span>
        <p className="dropzone__title">{texts.drop}</p>
        <p className="muted dropzone__hint">{texts.dropAnywhere}</p>
        <button
          type="button"
          className="button button--primary"
          onClick={() => input.current?.click()}
        >
          {texts.choose}
        </button>
        <input
          ref={input}
          type="file"
          multiple
          accept="video/*,audio/*,.mkv,.mts,.m2ts,.mxf,.ts,.vob,.wmv,.flv"
          aria-label={texts.choose}
          hidden
          onChange={take}
        />
      </div>
      <PresetChooser />
    </section>
  );
}
