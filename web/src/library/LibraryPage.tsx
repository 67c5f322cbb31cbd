/** /: all assets of the project. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { formatCount } from '../format';
import { messages } from '../messages';
import { Notice } from '../ui/parts';
import { useTitle } from '../ui/useTitle';
import { UploadPanel } from '../upload/UploadPanel';
import { AssetBoard } from './AssetBoard';
import type { Asset } from './operations';
import type { Listing } from './pages';
import { ScanButton } from './ScanButton';
import { isNarrowed, type LibrarySearch } from './search';
import { SelectionBar } from './SelectionBar';
import { Toolbar, type ToolbarProps } from './Toolbar';
import { useAssets } from './useAssets';
import { useSelection } from '../ui/useSelection';

export function LibraryPage() {
  const texts = messages.library;
  useTitle(texts.title);
  const search = useSearch({ from: '/signed-in/' });
  const navigate = useNavigate({ from: '/' });
  const change = useCallback<ToolbarProps['change']>(
    (patch) =>
      void navigate({
        search: (before) => ({ ...before, ...patch }) as LibrarySearch,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const assets = useAssets(search);
  const empty = assets.shown?.count === 0 && !isNarrowed(search);
  return (
    <section aria-labelledby="library-title" className="grid gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h1 id="library-title">{texts.title}</h1>
        {assets.shown && !empty && <Count listing={assets.shown} />}
      </div>
      {!empty && <Toolbar search={search} change={change} />}
      {assets.stale && (
        <Notice tone="info">
          <p>{texts.news}</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              scrollTo({ top: 0 });
              assets.refresh();
            }}
          >
            {texts.showNews}
          </button>
        </Notice>
      )}
      <Content assets={assets} search={search} clear={() => void navigate({ search: {} })} />
    </section>
  );
}

const Count = ({ listing: { count, ended } }: { listing: Listing<Asset> }) => (
  <p className="text-small text-muted tabular-nums">
    {(ended ? messages.library.count : messages.library.countSoFar)(formatCount(count))}
  </p>
);

interface ContentProps {
  assets: ReturnType<typeof useAssets>;
  search: LibrarySearch;
  clear: () => void;
}

function Content({ assets: { list, now, shown, refresh }, search, clear }: ContentProps) {
  const texts = messages.library;
  const selection = useSelection();
  const look = useCallback((from: number, to: number) => list.look(from, to), [list]);
  if (shown?.count === 0) return isNarrowed(search) ? <NoneFits clear={clear} /> : <Empty />;
  return (
    <>
      {shown && (
        <AssetBoard
          listing={shown}
          view={search.view ?? 'grid'}
          selection={selection}
          onLook={look}
        />
      )}
      <SelectionBar selection={selection} onDone={refresh} />
      {now.failed && (
        <Notice tone="error" title={shown ? texts.moreFailed : texts.failedTitle}>
          <p>{texts.failedHint}</p>
          <button type="button" className="button" onClick={() => list.goOn()}>
            {texts.tryAgain}
          </button>
        </Notice>
      )}
      {!shown && !now.failed && <Loading />}
    </>
  );
}

/** As large as what comes, so that nothing jumps. */
const Loading = () => (
  <div
    role="status"
    aria-label={messages.library.loading}
    className="grid grid-cols-[repeat(auto-fill,minmax(min(208px,40%),1fr))] gap-4"
  >
    {[0, 1, 2, 3, 4, 5].map((piece) => (
      <div key={piece} className="skeleton h-58" />
    ))}
  </div>
);

function NoneFits({ clear }: { clear: () => void }) {
  const texts = messages.library;
  return (
    <div className="card empty gap-2">
      <p className="empty__title">{texts.noneTitle}</p>
      <p className="muted">{texts.noneHint}</p>
      <button type="button" className="button" onClick={clear}>
        {texts.clearFilters}
      </button>
    </div>
  );
}

function Empty() {
  const texts = messages.library;
  return (
    <>
      <div>
        <p className="font-semibold">{texts.emptyTitle}</p>
        <p className="muted">{texts.emptyHint}</p>
      </div>
      <div className="@container">
        <UploadPanel />
      </div>
      <div className="grid gap-2">
        <p className="muted">{texts.scanHint}</p>
        <ScanButton />
      </div>
    </>
  );
}
