/** What a job made, with sizes and links. */
import { formatBytes, formatClock } from '../format';
import { messages } from '../messages';
import { CopyField } from '../ui/CopyField';
import { DownloadIcon } from '../ui/icons';
import type { DetailedOutput, Job, JobDetails, Output } from './operations';
import { SubtitlesLink } from '../subtitles/SubtitlesLink';
import { Report } from './Report';

const ORDER: Output['kind'][] = [
  ...(['HLS', 'DASH', 'MP4', 'AUDIO', 'CLIP', 'POSTER', 'PREVIEW'] as const),
  ...(['SPRITE', 'VTT', 'PEAKS', 'WAVEFORM', 'SUBTITLE', 'METADATA'] as const),
];

const isStream = (output: Output) => output.kind === 'HLS' || output.kind === 'DASH';

function facts(output: Output): string[] {
  const texts = messages.job;
  const size = formatBytes(output.size);
  if (isStream(output)) {
    const heights = output.renditions
      .toSorted((a, b) => b - a)
      .map(messages.player.height)
      .join(', ');
    return [heights, size, texts.files(output.files)];
  }
  const picture = output.width && output.height ? `${output.width} × ${output.height}` : '';
  return [picture, output.duration ? formatClock(output.duration) : '', size];
}

export function Outputs({ job }: { job: Job & Pick<JobDetails, 'outputs'> }) {
  // A list that two fragments read: the compiler takes its elements for those of the first alone.
  const all = job.outputs as DetailedOutput[];
  const sorted = all.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return (
    <section className="card outputs" aria-labelledby="outputs-title">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="outputs-title">{messages.job.outputs}</h2>
        <SubtitlesLink job={job} />
      </div>
      <ul>
        {sorted.map((output) => (
          <OutputRow key={output.id} output={output} />
        ))}
      </ul>
    </section>
  );
}

function OutputRow({ output }: { output: DetailedOutput }) {
  const texts = messages.job;
  const kind = texts.kind[output.kind];
  return (
    <li className="output">
      <div className="output__text">
        <span className="output__kind">{kind}</span>
        <span className="facts">
          {facts(output).map((fact) => fact && <span key={fact}>{fact}</span>)}
        </span>
      </div>
      {isStream(output) ? (
        <div className="col-span-full">
          <CopyField
            label={`${texts.copyable}: ${kind}`}
            value={new URL(output.playbackUrl, location.href).href}
            hint={texts.copyHint}
          />
        </div>
      ) : (
        <a
          className="button"
          href={output.download}
          target="_blank"
          rel="noreferrer"
          aria-label={`${texts.download}: ${kind}`}
        >
          <DownloadIcon />
          {texts.download}
        </a>
      )}
      <Report output={output} />
    </li>
  );
}
