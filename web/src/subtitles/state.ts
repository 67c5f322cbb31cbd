/** The state of the editor: subtitles with their past, the open cue, and where the focus goes. Pure. */
import {
  change,
  copyOf,
  type Edited,
  insertAfter,
  insertAt,
  join,
  nudge,
  remove,
  shift,
  split,
} from './edits';
import { begin, type History, record, redo, undo } from './history';
import type { Subtitles } from './vtt';

export interface Focus {
  /** Null: there is no cue left. */
  id: number | null;
  part: 'text' | 'row';
}

export interface State {
  history: History<Subtitles>;
  /** As it was stored last: the same value means that nothing is unsaved. */
  saved: Subtitles;
  open: number | null;
  /** Asked for, and not yet given. */
  focus: Focus | null;
}

export type Edge = 'start' | 'end';

export type Action =
  | { type: 'open'; id: number }
  | { type: 'close' }
  | { type: 'focused' }
  | { type: 'focus'; focus: Focus }
  | { type: 'text'; id: number; text: string }
  | { type: 'time'; id: number; edge: Edge; time: number }
  | { type: 'nudge'; id: number; edge: Edge; by: number }
  | { type: 'shift'; by: number; from: number | null }
  | { type: 'insertAfter'; id: number }
  | { type: 'insertAt'; time: number }
  | { type: 'remove'; id: number }
  | { type: 'split'; id: number; caret: number | null; now: number }
  | { type: 'join'; id: number }
  | { type: 'copy'; from: Subtitles }
  /** Another window of this browser has written. */
  | { type: 'adopt'; doc: Subtitles }
  | { type: 'saved'; doc: Subtitles }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'restore' };

/** `draft` is what was written and not saved; undo goes back behind it. */
export const initial = (saved: Subtitles, draft: Subtitles | null): State => {
  const history = begin(saved);
  return { history: draft ? record(history, draft) : history, saved, open: null, focus: null };
};

export function reduce(state: State, action: Action): State {
  const doc = state.history.now;
  const write = (next: Subtitles, kind: string | null = null): State => ({
    ...state,
    history: record(state.history, next, kind),
  });
  switch (action.type) {
    case 'open':
      return opened(state, action.id);
    case 'close':
      return { ...state, open: null, focus: { id: state.open, part: 'row' } };
    case 'focused':
      return state.focus ? { ...state, focus: null } : state;
    case 'focus':
      return { ...state, focus: action.focus };
    case 'text':
      return write(change(doc, action.id, { text: action.text }), `text ${action.id}`);
    case 'time':
      return write(change(doc, action.id, { [action.edge]: action.time }));
    case 'nudge':
      return write(
        nudge(doc, action.id, action.edge, action.by),
        `nudge ${action.edge} ${action.id}`,
      );
    case 'shift':
      return write(shift(doc, action.by, action.from));
    case 'copy':
      return write(copyOf(action.from));
    case 'adopt':
      return kept(write(action.doc));
    case 'saved':
      return { ...state, saved: action.doc };
    case 'undo':
      return kept({ ...state, history: undo(state.history) });
    case 'redo':
      return kept({ ...state, history: redo(state.history) });
    case 'restore':
      return kept(write(state.saved));
    default:
      return edited(state, edit(doc, action));
  }
}

type Editing = Extract<Action, { type: 'insertAfter' | 'insertAt' | 'remove' | 'split' | 'join' }>;

function edit(doc: Subtitles, action: Editing): Edited {
  switch (action.type) {
    case 'insertAfter':
      return insertAfter(doc, action.id);
    case 'insertAt':
      return insertAt(doc, action.time);
    case 'remove':
      return remove(doc, action.id);
    case 'split':
      return split(doc, action.id, action.caret, action.now);
    case 'join':
      return join(doc, action.id);
  }
}

function edited(state: State, { doc, goTo }: Edited): State {
  const next = { ...state, history: record(state.history, doc) };
  return { ...next, open: goTo, focus: { id: goTo, part: 'text' } };
}

function opened(state: State, id: number): State {
  // Letters of one visit to a text are one step.
  const history = { ...state.history, kind: null };
  return { ...state, history, open: id, focus: { id, part: 'text' } };
}

/** The open cue may be gone after a step back. */
function kept(state: State): State {
  const there = state.history.now.cues.some((cue) => cue.id === state.open);
  return there
    ? state
    : { ...state, open: null, focus: state.open ? { id: null, part: 'row' } : null };
}
