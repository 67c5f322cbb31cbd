/** An upload in words. */
import { formatBytes, formatPercent, formatSpan } from '../format';
import { messages } from '../messages';
import type { Trouble, UploadItem } from './item';

export function troubleText(trouble: Trouble): string {
  return trouble.kind === 'refused'
    ? sentence(trouble.message)
    : messages.upload.trouble[trouble.kind];
}

/** The server's messages begin in lower case and have no full stop. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** The facts below the name, from left to right. */
export function uploadFacts(item: UploadItem): string[] {
  const texts = messages.upload;
  const size = formatBytes(item.size);
  const moving = item.state === 'uploading' && item.loaded > 0;
  if (item.state === 'refused') return [texts.state.refused];
  if (item.state === 'needs-file' && item.loaded > 0) {
    return [texts.state[item.state], texts.arrived(formatPercent(item.loaded / item.size)), size];
  }
  if (!moving) return [texts.state[item.state], size, ...(item.retrying ? [texts.retrying] : [])];
  const facts = [
    formatPercent(item.loaded / item.size),
    texts.sent(formatBytes(item.loaded), size),
  ];
  if (item.retrying) return [...facts, texts.retrying];
  if (item.speed !== null) facts.push(texts.speed(formatBytes(item.speed)));
  if (item.secondsLeft !== null) facts.push(texts.left(formatSpan(item.secondsLeft)));
  return facts;
}
