/** The frame of all pages below /settings: what there is to set, beside what is being set. */
import { Link, type LinkProps, Outlet } from '@tanstack/react-router';
import { messages } from '../messages';

const texts = messages.settings;

/** In this order; a new page is a line here and one in the router. */
const PAGES: { to: LinkProps['to'] & string; name: string }[] = [
  { to: '/settings', name: texts.overview },
  { to: '/settings/keys', name: texts.keys },
  { to: '/settings/presets', name: texts.presets },
  { to: '/settings/storage', name: texts.storage },
  { to: '/settings/usage', name: texts.usageTitle },
];

export function SettingsLayout() {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 md:grid-cols-[11rem_minmax(0,1fr)] md:gap-8">
      <nav aria-label={texts.nav} className="md:sticky md:top-20">
        <ul className="flex flex-wrap gap-1 md:grid">
          {PAGES.map(({ to, name }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/settings', includeSearch: false }}
                className={LINK}
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Outlet />
      </div>
    </div>
  );
}

const LINK =
  'flex min-h-9 items-center rounded-control px-3 text-small text-muted no-underline ' +
  'hover:bg-sunken hover:text-text ' +
  'aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-strong';
