/** Which page the address names. */
import { createStore } from './store';

export type Route = { page: 'home' } | { page: 'signin' } | { page: 'job'; id: string };

export function parseRoute(pathname: string): Route {
  if (pathname === '/signin') return { page: 'signin' };
  const job = /^\/jobs\/([^/]+)$/.exec(pathname)?.[1];
  return job ? { page: 'job', id: decodeURIComponent(job) } : { page: 'home' };
}

export const jobPath = (id: string): string => `/jobs/${encodeURIComponent(id)}`;

export const route = createStore<Route>(parseRoute(location.pathname));

addEventListener('popstate', () => route.set(parseRoute(location.pathname)));

export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  route.set(parseRoute(path));
  scrollTo(0, 0);
}
