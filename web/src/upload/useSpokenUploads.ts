/** Says aloud, for screen readers, every quarter of an upload and its end. */
import { useEffect, useRef } from 'react';
import { announce } from '../app/announce';
import { formatPercent } from '../format';
import { messages } from '../messages';
import type { UploadItem } from './item';
import { troubleText } from './text';

export function useSpokenUploads(items: readonly UploadItem[]): void {
  const said = useRef(new Map<string, string>());
  useEffect(() => {
    for (const item of items) {
      const text = spoken(item);
      if (text && said.current.get(item.id) !== text) announce(text);
      if (text) said.current.set(item.id, text);
    }
  }, [items]);
}

function spoken(item: UploadItem): string | null {
  const texts = messages.upload;
  if (item.state === 'done') return texts.saidDone(item.name);
  if (item.trouble) return texts.saidFailed(item.name, troubleText(item.trouble));
  const quarter = Math.floor((item.loaded / item.size) * 4) / 4;
  return item.state === 'uploading' && quarter > 0
    ? texts.saidPercent(item.name, formatPercent(quarter))
    : null;
}
