/** What the address says about the board: all of it, or one section. */
import { type Section, SECTIONS } from './board';

export interface BoardSearch {
  state?: Section;
}

export function readBoardSearch(raw: Record<string, unknown>): BoardSearch {
  const state = SECTIONS.find((one) => one === raw['state']);
  return state ? { state } : {};
}
