/** Every address of the app and its page. Pages are chunks of their own, loaded when they are due. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { readBoardSearch } from '../jobs/boardSearch';
import { readSearch } from '../library/search';
import { readWanted } from '../settings/presets/wanted';
import { readStretch } from '../settings/usage/stretch';
import { readSubtitlesSearch } from '../subtitles/search';
import { Frame, SignedIn } from './Frame';
import { PageFailed, PageLoading, PageMissing } from './pages';
import { parseSearch, stringifySearch } from './search';
import { SignInPage } from './SignInPage';

const root = createRootRoute({ component: Frame });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  component: SignInPage,
});

/** For whoever has the link, signed in or not. */
const shared = createRoute({
  getParentRoute: () => root,
  path: '/s/$token',
  component: lazyRouteComponent(() => import('../share/SharePage'), 'SharePage'),
});

/** All that needs a session; it has no address of its own. */
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });

const library = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('../library/LibraryPage'), 'LibraryPage'),
});

const jobs = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs',
  validateSearch: readBoardSearch,
  component: lazyRouteComponent(() => import('../jobs/JobsPage'), 'JobsPage'),
});

const job = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('../jobs/JobPage'), 'JobPage'),
});

const subtitles = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$id/subtitles',
  validateSearch: readSubtitlesSearch,
  component: lazyRouteComponent(() => import('../subtitles/SubtitlesPage'), 'SubtitlesPage'),
});

const asset = createRoute({
  getParentRoute: () => signedIn,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('../asset/AssetPage'), 'AssetPage'),
});

const clips = createRoute({
  getParentRoute: () => signedIn,
  path: '/assets/$id/clips',
  component: lazyRouteComponent(() => import('../clips/ClipsPage'), 'ClipsPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/SettingsLayout'), 'SettingsLayout'),
});

const overview = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('../settings/OverviewPage'), 'OverviewPage'),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('../settings/keys/KeysPage'), 'KeysPage'),
});

const presets = createRoute({
  getParentRoute: () => settings,
  path: '/presets',
  component: lazyRouteComponent(() => import('../settings/presets/PresetsPage'), 'PresetsPage'),
});

const preset = createRoute({
  getParentRoute: () => settings,
  path: '/presets/edit',
  validateSearch: readWanted,
  component: lazyRouteComponent(() => import('../settings/presets/EditPage'), 'EditPage'),
});

const storage = createRoute({
  getParentRoute: () => settings,
  path: '/storage',
  component: lazyRouteComponent(() => import('../settings/storage/StoragePage'), 'StoragePage'),
});

const usage = createRoute({
  getParentRoute: () => settings,
  path: '/usage',
  validateSearch: readStretch,
  component: lazyRouteComponent(() => import('../settings/usage/UsagePage'), 'UsagePage'),
});

const elsewhere = createRoute({
  getParentRoute: () => signedIn,
  path: '$',
  component: PageMissing,
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shared,
    signedIn.addChildren([
      library,
      jobs,
      job,
      subtitles,
      asset,
      clips,
      settings.addChildren([overview, keys, presets, preset, storage, usage]),
      elsewhere,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  // A pointer over a link fetches the page behind it.
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
