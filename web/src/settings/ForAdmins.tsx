/** A page for those who may manage the project; the others are told why it is none for them. */
import type { ReactNode } from 'react';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { useTitle } from '../ui/useTitle';
import { Trouble } from './Trouble';
import { useViewer, type Viewer } from './viewer';

interface Props {
  title: string;
  texts: { intro: string; failedTitle: string; forbiddenTitle: string };
  children: (viewer: Viewer) => ReactNode;
}

export function ForAdmins({ title, texts, children }: Props) {
  useTitle(title);
  const { viewer, failed, refresh } = useViewer();
  const may = viewer?.scopes.includes('ADMIN');
  return (
    <>
      <h1>{title}</h1>
      <p className="max-w-[65ch] text-small text-muted">{texts.intro}</p>
      {failed && <Trouble title={texts.failedTitle} refresh={refresh} />}
      {viewer && !may && (
        <Notice tone="info" title={texts.forbiddenTitle}>
          <p className="breakable">{messages.settings.forAdmins(viewer.keyName)}</p>
        </Notice>
      )}
      {viewer && may && children(viewer)}
    </>
  );
}
