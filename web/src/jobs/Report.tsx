/** What was measured on an output, folded away. */
import type { ComponentProps, ReactNode } from 'react';
import { LineChart } from '../charts/LineChart';
import { extremes, rangeAround, rangeBelow, rangeFromZero } from '../charts/scale';
import { formatClock, formatSpan } from '../format';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import type { DetailedOutput } from './operations';

const texts = messages.report;

const BEST_VMAF = 100;

type Report = NonNullable<DetailedOutput['report']>;
type Loudness = NonNullable<DetailedOutput['loudness']>;
type Vmaf = NonNullable<Report['vmaf']>;
type Curve = NonNullable<Report['bitrate']>;
type Stretch = Report['black'][number];

export function Report({ output: { report, loudness } }: { output: DetailedOutput }) {
  if (!report && !loudness) return null;
  return (
    <Folded title={texts.title}>
      {report && <Checked report={report} />}
      {loudness && <Loud loudness={loudness} />}
    </Folded>
  );
}

/** A list of facts behind a line that opens it. */
export function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="details col-span-full p-0 text-small">
      <summary className="cursor-pointer text-muted">{title}</summary>
      <dl>{children}</dl>
    </details>
  );
}

function Checked({ report }: { report: Report }) {
  const { vmaf } = report;
  return (
    <>
      {report.checks.length > 0 && (
        <Fact name={texts.checks}>{report.checks.map((one) => texts.check[one]).join(', ')}</Fact>
      )}
      {vmaf && (
        <Fact name={texts.vmaf}>
          {texts.vmafOf(round(vmaf.mean), round(vmaf.lowest), formatClock(vmaf.lowestAt))}
        </Fact>
      )}
      {vmaf && vmaf.curve.length > 1 && <VmafCurve vmaf={vmaf} />}
      {report.bitrate && report.bitrate.values.length > 1 && (
        <BitrateCurve bitrate={report.bitrate} />
      )}
      <Stretches name={texts.black} all={report.black} seconds={report.blackSeconds} />
      <Stretches name={texts.frozen} all={report.frozen} seconds={report.frozenSeconds} />
    </>
  );
}

function VmafCurve({ vmaf }: { vmaf: Vmaf }) {
  return (
    <Drawn
      title={texts.vmafCurve}
      summary={texts.vmafOf(round(vmaf.mean), round(vmaf.lowest), formatClock(vmaf.lowestAt))}
      values={vmaf.curve}
      step={vmaf.step}
      range={rangeBelow(vmaf.curve, BEST_VMAF, 20)}
      write={round}
    />
  );
}

function BitrateCurve({ bitrate: { step, values } }: { bitrate: Curve }) {
  const mbits = values.map((value) => value / 1e6);
  const { highest } = extremes(mbits);
  const mean = mbits.reduce((sum, value) => sum + value, 0) / mbits.length;
  return (
    <Drawn
      title={texts.bitrateCurve}
      summary={texts.bitrateOf(
        precise(mean),
        precise(mbits[highest] ?? 0),
        formatClock(highest * step),
      )}
      values={mbits}
      step={step}
      range={rangeFromZero(mbits)}
      write={precise}
    />
  );
}

function LoudnessCurve({ curve: { step, values } }: { curve: Curve }) {
  const { highest, lowest } = extremes(values);
  const at = (index: number) => [round(values[index] ?? 0), formatClock(index * step)] as const;
  return (
    <Drawn
      title={texts.loudnessCurve}
      summary={texts.loudnessOf(...at(highest), ...at(lowest))}
      values={values}
      step={step}
      range={rangeAround(values, 10)}
      write={round}
    />
  );
}

/** As wide as the list: the column of the values is narrow. */
function Drawn(props: ComponentProps<typeof LineChart>) {
  return (
    <div className="block!">
      <dt>{props.title}</dt>
      <dd>
        <LineChart {...props} />
      </dd>
    </div>
  );
}

function Loud({ loudness: { source, made, target, curve } }: { loudness: Loudness }) {
  const lufs = (value: number | null) => (value === null ? texts.silent : texts.lufs(round(value)));
  return (
    <>
      <Fact name={texts.loudness}>
        {texts.brought(lufs(source.integrated), lufs(made.integrated), lufs(target))}
      </Fact>
      {made.peak !== null && <Fact name={texts.peak}>{texts.dbtp(round(made.peak))}</Fact>}
      {curve && curve.values.length > 1 && <LoudnessCurve curve={curve} />}
    </>
  );
}

interface StretchesProps {
  name: string;
  all: Stretch[];
  /** Null: nobody has looked. */
  seconds: number | null;
}

const SHOWN = 5;

function Stretches({ name, all, seconds }: StretchesProps) {
  if (seconds === null) return null;
  if (all.length === 0) return <Fact name={name}>{texts.none}</Fact>;
  const shown = all
    .slice(0, SHOWN)
    .map(({ start, end }) => texts.stretch(formatClock(start), formatClock(end)));
  return (
    <Fact name={name}>
      <span>{texts.stretches(all.length, formatSpan(Math.max(1, seconds)))}</span>
      <span className="text-tiny text-muted">
        {[...shown, ...(all.length > SHOWN ? ['…'] : [])].join(', ')}
      </span>
    </Fact>
  );
}

const round = (value: number) =>
  new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(value);

/** Bitrates may lie far below one Mbit/s. */
const precise = (value: number) =>
  new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 }).format(value);
