/** Takes files that are dropped anywhere in the window. */
import { use, useEffect, useState } from 'react';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { UploadIcon } from '../ui/icons';
import { usePresetTitle } from './presets';
import { fromDrop } from './picked';
import { takeFiles, type Uploads, UploadsContext } from './uploads';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

function take(dropped: DataTransferItemList, uploads: Uploads): void {
  void fromDrop(dropped).then((picked) => takeFiles(uploads, picked));
}

/** Whether files hang over the window. Entering a child comes before leaving its parent. */
function useDrag(uploads: Uploads): boolean {
  const [depth, setDepth] = useState(0);
  useEffect(() => {
    const enter = (event: DragEvent) => {
      if (hasFiles(event)) setDepth((now) => now + 1);
    };
    const leave = (event: DragEvent) => {
      if (hasFiles(event)) setDepth((now) => Math.max(0, now - 1));
    };
    const over = (event: DragEvent) => {
      // Without this the browser would open the file in place of the page.
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setDepth(0);
      take(event.dataTransfer.items, uploads);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, [uploads]);
  return depth > 0;
}

export function DropOverlay() {
  const uploads = use(UploadsContext);
  const title = usePresetTitle(useStore(uploads.preset));
  const dragging = useDrag(uploads);
  if (!dragging) return null;
  return (
    <div className="drop-overlay" aria-hidden="true">
      <div className="drop-overlay__box">
        <UploadIcon />
        <strong>{messages.upload.overlay}</strong>
        <span>{messages.upload.overlayPreset(title ?? '')}</span>
      </div>
    </div>
  );
}
