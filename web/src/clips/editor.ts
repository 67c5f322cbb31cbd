/** What the parts of the editor share. */
import { createContext, use } from 'react';
import type { Deeds } from './deeds';
import type { Deed, Draft } from './draft';
import type { Film } from './film';
import type { Playback } from './usePlayback';

export interface EditorState {
  film: Film;
  draft: Draft;
  act: (deed: Deed) => void;
  playback: Playback;
  /** For those who do not see what a key has done. */
  say: (text: string) => void;
  /** Back to where keys belong to the editor. */
  refocus: () => void;
}

export type Editor = EditorState & Deeds;

/** Filled by ClipEditor, above everything that reads it. */
export const EditorContext = createContext<Editor>(null as unknown as Editor);

export const useEditor = (): Editor => use(EditorContext);
