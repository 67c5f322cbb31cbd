import { formatBytes, formatClock, formatDateTime } from '../format';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import { usePresetTitle } from '../upload/presets';
import type { JobDetails } from './operations';
import { tookFacts } from './state';

export function Details({ job }: { job: JobDetails }) {
  const { asset } = job;
  const preset = usePresetTitle(job.preset);
  const texts = messages.job;
  const size = asset.width && asset.height ? `${asset.width} × ${asset.height}` : null;
  const codecs = [asset.videoCodec, asset.audioCodec].filter(Boolean).join(' + ');
  return (
    <section className="card details" aria-labelledby="details-title">
      <h2 id="details-title">{texts.details}</h2>
      <dl>
        <Fact name={texts.source}>
          <span className="breakable">{asset.key}</span>
          <span className="muted">{formatBytes(asset.size)}</span>
        </Fact>
        {(size || codecs) && (
          <Fact name={texts.sourceFacts}>{[size, codecs].filter(Boolean).join(', ')}</Fact>
        )}
        {asset.duration !== null && (
          <Fact name={texts.duration}>{formatClock(asset.duration)}</Fact>
        )}
        {preset && <Fact name={texts.preset}>{preset}</Fact>}
        <Fact name={texts.created}>{formatDateTime(job.createdAt)}</Fact>
        {tookFacts(job).length > 0 && <Fact name={texts.took}>{tookFacts(job)}</Fact>}
      </dl>
    </section>
  );
}
