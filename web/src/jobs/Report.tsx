/** What was measured on an output, folded away. */
import type { ReactNode } from 'react';
import { LineChart } from '../charts/LineChart';
import { rangeBelow } from '../charts/scale';
import { formatClock, formatSpan } from '../format';
import { messages } from '../messages';
import { Fact } from '../ui/Fact';
import type { DetailedOutput } from './operations';

const texts = messages.report;

const BEST_VMAF = 100;

type Report = NonNullable<DetailedOutput['report']>;
type Loudness = NonNullable<DetailedOutput['loudness']>;
type Vmaf = NonNullable<Report['vmaf']>;
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
      {vmaf && vmaf.curve.length > 1 && <Curve vmaf={vmaf} />}
      <Stretches name={texts.black} all={report.black} seconds={report.blackSeconds} />
      <Stretches name={texts.frozen} all={report.frozen} seconds={report.frozenSeconds} />
    </>
  );
}

/** As wide as the list: the column of the values is narrow. */
function Curve({ vmaf }: { vmaf: Vmaf }) {
  return (
    <div className="block!">
      <dt>{texts.vmafCurve}</dt>
      <dd>
        <LineChart
          title={texts.vmafCurve}
          summary={texts.vmafOf(round(vmaf.mean), round(vmaf.lowest), formatClock(vmaf.lowestAt))}
          values={vmaf.curve}
          step={vmaf.step}
          range={rangeBelow(vmaf.curve, BEST_VMAF, 20)}
          write={round}
        />
      </dd>
    </div>
  );
}

function Loud({ loudness: { source, made, target } }: { loudness: Loudness }) {
  const lufs = (value: number | null) => (value === null ? texts.silent : texts.lufs(round(value)));
  return (
    <>
      <Fact name={texts.loudness}>
        {texts.brought(lufs(source.integrated), lufs(made.integrated), lufs(target))}
      </Fact>
      {made.peak !== null && <Fact name={texts.peak}>{texts.dbtp(round(made.peak))}</Fact>}
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
