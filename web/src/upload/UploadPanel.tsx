/** Where files come in: a place to drop them, buttons to choose them, and what they become. */
import { type ChangeEvent, use, useRef } from 'react';
import { messages } from '../messages';
import { UploadIcon } from '../ui/icons';
import { fromInput } from './picked';
import { PresetChooser } from './PresetChooser';
import { takeFiles, UploadsContext } from './uploads';

declare module 'react' {
  interface InputHTMLAttributes<T> {
    /** Lets a viewer choose a folder; every browser knows it, the types do not. */
    webkitdirectory?: string;
  }
}

export function UploadPanel() {
  const uploads = use(UploadsContext);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const texts = messages.upload;

  const take = (event: ChangeEvent<HTMLInputElement>) => {
    void takeFiles(uploads, fromInput(event.target.files ?? []));
    // So that the same file can be chosen again.
    event.target.value = '';
  };

  return (
    <div className="card upload" role="group" aria-label={texts.title}>
      <div className="dropzone">
        <span className="dropzone__icon">
          <UploadIcon />
        </span>
        <p className="dropzone__title">{texts.drop}</p>
        <p className="muted dropzone__hint">{texts.dropAnywhere}</p>
        <div className="dropzone__buttons">
          <button
            type="button"
            className="button button--primary"
            onClick={() => files.current?.click()}
          >
            {texts.choose}
          </button>
          <button type="button" className="button" onClick={() => folder.current?.click()}>
            {texts.chooseFolder}
          </button>
        </div>
        <input
          ref={files}
          type="file"
          multiple
          accept="video/*,audio/*,.mkv,.mts,.m2ts,.mxf,.ts,.vob,.wmv,.flv"
          aria-label={texts.choose}
          hidden
          onChange={take}
        />
        <input
          ref={folder}
          type="file"
          webkitdirectory=""
          aria-label={texts.chooseFolder}
          hidden
          onChange={take}
        />
      </div>
      <PresetChooser />
    </div>
  );
}
