/** The sound, from the numbers that a job has made of it. */
import { useMemo } from 'react';
import type { View } from './view';
import { outline, type Peaks } from './peaks';

interface Props {
  peaks: Peaks;
  view: View;
  width: number;
}

export function Waveform({ peaks, view, width }: Props) {
  const columns = Math.max(1, Math.round(width));
  const { from, to } = view;
  const path = useMemo(() => outline(peaks, { from, to }, columns), [peaks, from, to, columns]);
  return (
    <svg
      className="timeline__wave"
      viewBox={`0 -1 ${columns} 2`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
