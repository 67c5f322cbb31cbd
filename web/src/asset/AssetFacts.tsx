import { formatBytes, formatClock, formatDateTime } from '../format';
import { Folded } from '../jobs/Report';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import type { AssetDetails } from './operations';
import { streamsOf } from './probe';

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
      <Streams probe={asset.probe} />
    </section>
  );
}

function Streams({ probe }: { probe: unknown }) {
  const found = streamsOf(probe);
  if (!found) return null;
  const texts = messages.probe;
  return (
    <Folded title={texts.title}>
      <Fact name={texts.container}>
        <span className="breakable">{found.container}</span>
      </Fact>
      {found.streams.map(({ index, kind, facts }) => (
        <Fact key={index} name={kind}>
          <span className="breakable">{facts.join(', ')}</span>
        </Fact>
      ))}
    </Folded>
  );
}
