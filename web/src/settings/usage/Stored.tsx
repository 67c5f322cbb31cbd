/** What the project holds now, in files and bytes. */
import { useId } from 'react';
import { formatBytes, formatCount } from '../../format';
import { messages } from '../../messages';
import { Fact } from '../../ui/Fact';
import type { Usage } from './useUsage';

interface Props {
  title: string;
  usage: Usage | undefined;
  failed: boolean;
}

export function Stored({ title, usage, failed }: Props) {
  const id = useId();
  const texts = messages.settings;
  const line = (count: number, bytes: number) =>
    texts.filesAndSize(count, formatCount(count), formatBytes(bytes));
  return (
    <section className="card details" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {failed && <p className="muted">{texts.usageFailed}</p>}
      <dl>
        <Fact name={texts.assets}>{usage ? line(usage.assets, usage.sourceBytes) : '…'}</Fact>
        <Fact name={texts.outputs}>{usage ? line(usage.outputs, usage.outputBytes) : '…'}</Fact>
      </dl>
    </section>
  );
}
