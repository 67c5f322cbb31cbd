/** /settings/presets/edit: one preset, or a new one that begins as a copy or empty. */
import { Link, useSearch } from '@tanstack/react-router';
import { useClient } from 'urql';
import { messages } from '../../messages';
import { BackIcon } from '../../ui/icons';
import { Notice } from '../../ui/parts';
import { Trouble } from '../Trouble';
import { useViewer } from '../viewer';
import { AllPresets, type Preset } from './operations';
import { PresetEditor, type Start } from './PresetEditor';
import { textOf } from './recipe';
import { usePresetList } from './usePresetList';
import type { Wanted } from './wanted';

const texts = messages.presets;
const FIRST = 'ladder: {}\nposter: {}\n';

export function EditPage() {
  const wanted = useSearch({ strict: false }) as Wanted;
  const { presets, failed, refresh } = usePresetList();
  const { viewer } = useViewer();
  const client = useClient();
  const start = presets && startOf(wanted, presets);
  return (
    <>
      <Link to="/settings/presets" className="back-link">
        <BackIcon />
        {texts.back}
      </Link>
      {failed && <Trouble title={texts.failedTitle} refresh={refresh} />}
      {!presets && !failed && <p role="status">{texts.loading}</p>}
      {start === null && (
        <Notice tone="info" title={texts.missingTitle}>
          <p>{texts.missingHint}</p>
        </Notice>
      )}
      {start && viewer && (
        <PresetEditor
          // What is being typed stays when the list is read again.
          key={`${wanted.name ?? ''}/${wanted.from ?? ''}`}
          start={start}
          mayWrite={viewer.scopes.includes('WRITE')}
          onSaved={() =>
            client.query(AllPresets, {}, { requestPolicy: 'network-only' }).toPromise()
          }
        />
      )}
    </>
  );
}

/** Null when what the address names is not there. */
function startOf({ name, from }: Wanted, presets: readonly Preset[]): Start | null {
  const source = name ?? from;
  if (source === undefined)
    return { preset: null, name: '', title: '', description: '', text: FIRST };
  const found = presets.find((one) => one.name === source);
  if (!found) return null;
  const { title, description } = found;
  const text = textOf(found.recipe);
  if (name !== undefined) return { preset: found, name, title, description, text };
  return { preset: null, name: '', title: '', description, text };
}
