/** Short sentences for screen readers, spoken one at a time by the region in App. */
import { createStore } from './store';

export const announcement = createStore('');

export function announce(text: string): void {
  announcement.set(text);
}
