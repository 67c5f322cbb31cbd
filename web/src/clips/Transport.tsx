/** Every key as a button, and where the film is. */
import type { ReactNode } from 'react';
import { useStore } from '../app/store';
import { formatTimecode } from '../clock';
import { formatCount } from '../format';
import { messages } from '../messages';
import { selectedOf } from './draft';
import { useEditor } from './editor';
import { frameAt } from './time';

const texts = messages.clips;

export function Transport({ watched }: { watched: boolean }) {
  const editor = useEditor();
  const { draft, playback } = editor;
  const none = !selectedOf(draft);
  return (
    <div className="transport">
      <Position />
      <Group>
        <Key name="back1" act={() => editor.step(-1)} />
        {watched && (
          <Key name="play" act={editor.play} text={playback.playing ? texts.pause : texts.play} />
        )}
        <Key name="on1" act={() => editor.step(1)} />
      </Group>
      <Group>
        <Key name="setIn" act={editor.setIn} />
        <Key name="setOut" act={editor.setOut} />
        <Key name="add" act={editor.add} />
      </Group>
      <Group>
        {watched && (
          <>
            <Key name="preview" act={() => editor.preview()} disabled={none} />
            <button
              type="button"
              className="button transport__loop"
              aria-pressed={playback.loop}
              onClick={() => playback.setLoop(!playback.loop)}
            >
              {texts.loop}
            </button>
          </>
        )}
        {draft.removed.length > 0 && <Key name="undo" act={editor.undo} />}
      </Group>
    </div>
  );
}

const Group = ({ children }: { children: ReactNode }) => (
  <div className="transport__group">{children}</div>
);

interface KeyProps {
  name: keyof typeof texts.keys;
  act: () => void;
  text?: string;
  disabled?: boolean;
}

function Key({ name, act, text = texts[name], disabled = false }: KeyProps) {
  const key = texts.keys[name];
  return (
    <button
      type="button"
      className="button"
      title={texts.withKey(text, key)}
      disabled={disabled}
      onClick={act}
    >
      {text}
      <kbd className="transport__key" aria-hidden="true">
        {key}
      </kbd>
    </button>
  );
}

function Position() {
  const { film, playback } = useEditor();
  const at = useStore(playback.at);
  return (
    <p className="transport__position">
      <span className="transport__time">{formatTimecode(at)}</span>
      {film.rate && (
        <span className="muted">{texts.frame(formatCount(frameAt(at, film.rate)))}</span>
      )}
    </p>
  );
}
