/** Search, filters, order and view: all of it is in the address. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { messages } from '../messages';
import { GridIcon, ListIcon } from '../ui/icons';
import { Filters } from './Filters';
import { filtersIn, type LibrarySearch, ORDERS, orderOf } from './search';

export interface ToolbarProps {
  search: LibrarySearch;
  /** `undefined` takes a part out. */
  change: (patch: { [N in keyof LibrarySearch]?: LibrarySearch[N] | undefined }) => void;
}

const TYPING_MS = 250;

export function Toolbar({ search, change }: ToolbarProps) {
  const [open, setOpen] = useState(filtersIn(search) > 0);
  const id = useId();
  const texts = messages.library;
  const count = filtersIn(search);
  return (
    <div className="grid gap-3" role="search" aria-label={texts.search}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          text={search.text ?? ''}
          onText={(text) => change({ text: text || undefined })}
        />
        <button
          type="button"
          className="button min-h-10!"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {count > 0 ? texts.filtersSet(count) : texts.filters}
        </button>
        <label className="min-w-0 flex-1 sm:flex-none">
          <span className="visually-hidden">{texts.sort}</span>
          <select
            value={orderOf(search)}
            onChange={(event) => change({ sort: ORDERS.find((one) => one === event.target.value) })}
          >
            {ORDERS.map((order) => (
              <option key={order} value={order}>
                {texts.order[order]}
              </option>
            ))}
          </select>
        </label>
        <div role="group" aria-label={texts.view} className="flex">
          <ViewButton
            label={texts.asGrid}
            on={!search.view}
            choose={() => change({ view: undefined })}
          >
            <GridIcon />
          </ViewButton>
          <ViewButton
            label={texts.asList}
            on={search.view === 'list'}
            choose={() => change({ view: 'list' })}
          >
            <ListIcon />
          </ViewButton>
        </div>
      </div>
      <div id={id} hidden={!open}>
        <Filters search={search} change={change} />
      </div>
    </div>
  );
}

interface ViewButtonProps {
  label: string;
  on: boolean;
  choose: () => void;
  children: ReactNode;
}

const ViewButton = ({ label, on, choose, children }: ViewButtonProps) => (
  <button
    type="button"
    aria-label={label}
    aria-pressed={on}
    title={label}
    onClick={choose}
    className="button min-h-10! rounded-none! first:rounded-l-control! last:-ml-px last:rounded-r-control! aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
  >
    {children}
  </button>
);

/** Asks a moment after the last letter; `/` leads here from anywhere on the page. */
function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  const texts = messages.library;
  // The address changed by another way: back, or the button that clears.
  if (known !== text) {
    setKnown(text);
    setTyped(text);
  }

  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);

  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest(
        'input:not([type=checkbox]), select, textarea',
      );
      if (event.key !== '/' || typing || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener('keydown', jump);
    return () => removeEventListener('keydown', jump);
  }, []);

  return (
    <input
      ref={field}
      type="search"
      className="w-full! flex-auto sm:w-64!"
      aria-label={texts.search}
      placeholder={texts.searchHint}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        setTyped('');
        onText('');
      }}
    />
  );
}
