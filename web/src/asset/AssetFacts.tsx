import { formatBytes, formatClock, formatDateTime } from '../format';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import type { AssetDetails } from './operations';

export function AssetFacts({ asset }: { asset: AssetDetails }) {
  const texts = messages.asset;
  const codecs = [asset.videoCodec, asset.audioCodec].filter(Boolean).join(' + ');
  return (
    <section className="card details" aria-labelledby="facts-title">
      <h2 id="facts-title">{texts.facts}</h2>
      <dl>
        <Fact name={texts.file}>
          <span className="breakable">{asset.key}</span>
        </Fact>
        <Fact name={texts.kind}>{texts.kinds[asset.kind]}</Fact>
        <Fact name={texts.size}>{formatBytes(asset.size)}</Fact>
        {asset.width !== null && asset.height !== null && (
          <Fact name={texts.picture}>{`${asset.width} × ${asset.height}`}</Fact>
        )}
        {codecs && <Fact name={texts.codecs}>{codecs}</Fact>}
        {asset.duration !== null && (
          <Fact name={texts.duration}>{formatClock(asset.duration)}</Fact>
        )}
        {asset.tags.length > 0 && <Fact name={texts.tags}>{asset.tags.join(', ')}</Fact>}
        <Fact name={texts.added}>{formatDateTime(asset.createdAt)}</Fact>
      </dl>
    </section>
  );
}
