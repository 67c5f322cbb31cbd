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
import { arriving } from './arriving';
import { Frame, SignedIn } from './Frame';
import { PageFailed, PageLoading, PageMissing } from './pages';
import { parseSearch, stringifySearch } from './search';
import { SignInPage } from './SignInPage';

/** Its code may be due in the moment in which the server is away. */
const page: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => arriving(load), name);

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
  component: page(() => import('../share/SharePage'), 'SharePage'),
});

/** All that needs a session; it has no address of its own. */
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });

const library = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: readSearch,
  component: page(() => import('../library/LibraryPage'), 'LibraryPage'),
});

const jobs = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs',
  validateSearch: readBoardSearch,
  component: page(() => import('../jobs/JobsPage'), 'JobsPage'),
});

const job = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$id',
  component: page(() => import('../jobs/JobPage'), 'JobPage'),
});

const subtitles = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$id/subtitles',
  validateSearch: readSubtitlesSearch,
  component: page(() => import('../subtitles/SubtitlesPage'), 'SubtitlesPage'),
});

const asset = createRoute({
  getParentRoute: () => signedIn,
  path: '/assets/$id',
  component: page(() => import('../asset/AssetPage'), 'AssetPage'),
});

const clips = createRoute({
  getParentRoute: () => signedIn,
  path: '/assets/$id/clips',
  component: page(() => import('../clips/ClipsPage'), 'ClipsPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: page(() => import('../settings/SettingsLayout'), 'SettingsLayout'),
});

const overview = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: page(() => import('../settings/OverviewPage'), 'OverviewPage'),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: page(() => import('../settings/keys/KeysPage'), 'KeysPage'),
});

const presets = createRoute({
  getParentRoute: () => settings,
  path: '/presets',
  component: page(() => import('../settings/presets/PresetsPage'), 'PresetsPage'),
});

const preset = createRoute({
  getParentRoute: () => settings,
  path: '/presets/edit',
  validateSearch: readWanted,
  component: page(() => import('../settings/presets/EditPage'), 'EditPage'),
});

const storage = createRoute({
  getParentRoute: () => settings,
  path: '/storage',
  component: page(() => import('../settings/storage/StoragePage'), 'StoragePage'),
});

const usage = createRoute({
  getParentRoute: () => settings,
  path: '/usage',
  validateSearch: readStretch,
  component: page(() => import('../settings/usage/UsagePage'), 'UsagePage'),
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
