/** The assets themselves: only those near the window are in the page. */
import { useNavigate } from '@tanstack/react-router';
import { useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { messages } from '../messages';
import { useBox } from '../ui/useBox';
import { AssetLine, AssetTile, LIST_COLUMNS } from './AssetTile';
import { GAP, indexAfter, layoutFor, type View } from './grid';
import type { Asset } from './operations';
import { idsBetween, itemAt, type Listing } from './pages';
import type { Selection } from '../ui/useSelection';

interface Props {
  listing: Listing<Asset>;
  view: View;
  selection: Selection;
  /** Told which items are looked at. */
  onLook: (from: number, to: number) => void;
}

/** Rows beyond the window that are kept ready. */
const OVERSCAN = 3;
/** So that the head of the page does not cover what the keyboard leads to. */
const UNDER_HEADER_PX = 110;

export function AssetBoard({ listing, view, selection, onLook }: Props) {
  const { box, width, top } = useBox<HTMLUListElement>();
  const layout = layoutFor(view, width);
  const { columns, rowHeight } = layout;
  const { count, ended } = listing;
  // eslint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const rows = useWindowVirtualizer({
    count: Math.ceil(count / columns),
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: UNDER_HEADER_PX,
    scrollPaddingEnd: GAP,
    enabled: width > 0,
  });
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const visible = rows.getVirtualItems();
  const from = (visible[0]?.index ?? 0) * columns;
  const to = ((visible.at(-1)?.index ?? 0) + 1) * columns - 1;
  useEffect(() => onLook(from, to), [onLook, from, to, count, ended]);

  const follow = useFollow(listing);
  const keys = useKeys({ listing, columns, selection, show: (row) => rows.scrollToIndex(row) });
  const Piece = view === 'list' ? AssetLine : AssetTile;
  const at = (row: VirtualItem, column: number) => ({
    width: layout.width,
    height: rowHeight - (view === 'list' ? 0 : GAP),
    transform: `translate(${column * (layout.width + GAP)}px, ${row.start - top}px)`,
  });
  return (
    <div className={view === 'list' ? 'overflow-clip rounded-card border border-line' : ''}>
      {view === 'list' && <ListHead />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the links in it */}
      <ul
        ref={box}
        className="relative"
        aria-label={messages.library.title}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={keys.onKeyDown}
        onClick={follow}
      >
        {visible.flatMap((row) =>
          Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) => {
            const index = row.index * columns + column;
            const asset = itemAt(listing, index);
            return (
              <li
                key={asset?.id ?? index}
                className="absolute top-0 left-0"
                style={at(row, column)}
                aria-setsize={ended ? count : -1}
                aria-posinset={index + 1}
              >
                {asset ? (
                  <Piece
                    asset={asset}
                    index={index}
                    selected={selection.ids.has(asset.id)}
                    reachable={index === keys.reachable(from, to)}
                    focused={index === keys.focused}
                    onSelect={keys.select}
                  />
                ) : (
                  <div className="skeleton h-full" />
                )}
              </li>
            );
          }),
        )}
      </ul>
    </div>
  );
}

/** A click on an asset's link opens its page here, unless it asks for another tab. */
function useFollow(listing: Listing<Asset>) {
  const navigate = useNavigate();
  return (event: MouseEvent<HTMLElement>) => {
    const link = (event.target as HTMLElement).closest('a');
    const aside = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    const asset = itemAt(listing, indexOf(event.target) ?? -1);
    if (!link || !asset || aside || event.button !== 0) return;
    event.preventDefault();
    void navigate({ to: '/assets/$id', params: { id: asset.id } });
  };
}

/** The index of the asset in whose piece this element is. */
function indexOf(target: EventTarget): number | undefined {
  const place = (target as HTMLElement).closest('li')?.getAttribute('aria-posinset');
  return place ? Number(place) - 1 : undefined;
}

interface Keys {
  listing: Listing<Asset>;
  columns: number;
  selection: Selection;
  show: (row: number) => void;
}

/** Arrows lead from one to the next, space chooses, with shift from the last choice to here. */
function useKeys({ listing, columns, selection, show }: Keys) {
  const [active, setActive] = useState(0);
  const [focused, setFocused] = useState<number | null>(null);
  const anchor = useRef(0);
  const newest = useRef(listing);
  useEffect(() => {
    newest.current = listing;
  }, [listing]);
  const { add, toggle, clear } = selection;

  const select = useCallback(
    (index: number, asset: Asset, toHere: boolean) => {
      if (toHere) add(idsBetween(newest.current, anchor.current, index));
      else toggle(asset.id);
      anchor.current = index;
      setActive(index);
    },
    [add, toggle],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = indexOf(event.target) ?? active;
    const asset = itemAt(listing, here);
    if (event.key === ' ' && asset) {
      event.preventDefault();
      select(here, asset, event.shiftKey);
    }
    if (event.key === 'Escape') clear();
    const next = indexAfter(event.key, here, columns, listing.count);
    if (next === undefined) return;
    event.preventDefault();
    if (event.shiftKey) add(idsBetween(listing, here, next));
    setActive(next);
    setFocused(next);
    show(Math.floor(next / columns));
  };

  // One of them is always within reach of Tab, also after the list has scrolled away from it.
  const reachable = (from: number, to: number) => (active >= from && active <= to ? active : from);
  return { onKeyDown, select, focused, reachable };
}

function ListHead() {
  const texts = messages.library.columns;
  const names = [texts.duration, texts.size, texts.picture, texts.codecs, texts.added];
  return (
    <div
      aria-hidden="true"
      className={`hidden h-9 items-center gap-x-3 border-b border-line bg-sunken px-3 text-tiny font-medium text-muted lg:grid ${LIST_COLUMNS}`}
    >
      <span className="col-start-3">{texts.title}</span>
      <span>{texts.state}</span>
      {names.map((name) => (
        <span key={name}>{name}</span>
      ))}
    </div>
  );
}
