/** Where the film is. Arrow keys on it are those of the editor: a frame on or back. */
import { useStore } from '../app/store';
import { formatTimecode } from '../clock';
import { messages } from '../messages';
import { useEditor } from './editor';
import { shareOf, type View } from './view';

const texts = messages.clips;

export function Playhead({ view, duration }: { view: View; duration: number }) {
  const { playback } = useEditor();
  const at = useStore(playback.at);
  const share = shareOf(view, at);
  if (share < 0 || share > 1) return null;
  return (
    <div
      className="timeline__playhead"
      role="slider"
      tabIndex={0}
      aria-label={texts.position}
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={at}
      aria-valuetext={texts.positionOf(formatTimecode(at), formatTimecode(duration))}
      style={{ left: `${100 * share}%` }}
    />
  );
}
