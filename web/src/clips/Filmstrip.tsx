/** Pictures of the film side by side, out of the sheets of the seek bar. */
import { type Cue, cueAtTime } from '../library/cues';
import { timeAt, type View } from './view';

const HEIGHT = 56;

interface Props {
  cues: readonly Cue[];
  view: View;
  width: number;
}

export function Filmstrip({ cues, view, width }: Props) {
  const first = cues[0];
  if (!first || width === 0) return null;
  const count = Math.max(1, Math.round(width / ((HEIGHT * first.width) / first.height)));
  const cells = Array.from({ length: count }, (_, cell) => (cell + 0.5) / count);
  return (
    <div className="timeline__strip" aria-hidden="true">
      {cells.map((share) => (
        <Picture key={share} cue={cueAtTime(cues, timeAt(view, share))} />
      ))}
    </div>
  );
}

function Picture({ cue }: { cue: Cue | undefined }) {
  if (!cue) return <span />;
  return (
    <svg
      viewBox={`${cue.x} ${cue.y} ${cue.width} ${cue.height}`}
      preserveAspectRatio="xMidYMid slice"
    >
      <image href={cue.url} />
    </svg>
  );
}
