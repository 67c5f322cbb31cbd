/** Who is signed in. The key itself is never kept: the server answers it with a cookie. */
import { backoff, wait } from './backoff';
import { reached } from './reach';
import { createStore } from './store';

export interface Holder {
  projectId: string;
  projectName: string;
  keyName: string;
}

/** `ended`: was signed in, and the server stopped accepting it; the page stays as it is. */
export type Session =
  | { state: 'checking'; unreachable: boolean }
  | { state: 'none' }
  | { state: 'active'; holder: Holder }
  | { state: 'ended'; holder: Holder };

export type SignInResult = 'ok' | 'refused' | 'unreachable';

export const session = createStore<Session>({ state: 'checking', unreachable: false });

/** Every answer that says "not signed in" ends here, whichever way it came. */
export function accessEnded(): void {
  const now = session.get();
  if (now.state === 'active') session.set({ state: 'ended', holder: now.holder });
}

/** A page that shows one project must not go on with the key of another. */
function enter(holder: Holder): void {
  const before = session.get();
  if (before.state === 'ended' && before.holder.projectId !== holder.projectId)
    location.assign('/');
  else session.set({ state: 'active', holder });
}

/** Asks until the server can tell. */
export async function checkSession(): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const holder = await readSession();
    // Somebody may have signed in meanwhile; that answer is the newer one.
    if (session.get().state !== 'checking') return;
    if (holder !== 'unreachable') {
      if (holder) enter(holder);
      else session.set({ state: 'none' });
      return;
    }
    session.set({ state: 'checking', unreachable: true });
    if (!(await reached())) await wait(backoff(attempt));
  }
}

/** After access has ended: another tab may have signed in again. */
export async function recheckSession(): Promise<void> {
  if (session.get().state !== 'ended') return;
  const holder = await readSession();
  if (holder && holder !== 'unreachable') enter(holder);
}

export async function signIn(key: string): Promise<SignInResult> {
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    if (!answer.ok) return answer.status >= 500 ? 'unreachable' : 'refused';
  } catch {
    return 'unreachable';
  }
  const holder = await readSession();
  if (!holder || holder === 'unreachable') return 'unreachable';
  enter(holder);
  return 'ok';
}

export async function signOut(): Promise<boolean> {
  try {
    const answer = await fetch('/session', { method: 'DELETE' });
    return answer.ok || answer.status === 401;
  } catch {
    return false;
  }
}

interface SessionAnswer {
  project: { id: string; name: string };
  keyName: string;
}

async function readSession(): Promise<Holder | null | 'unreachable'> {
  try {
    const answer = await fetch('/session');
    if (answer.status === 401) return null;
    if (!answer.ok) return 'unreachable';
    const body = (await answer.json()) as SessionAnswer;
    return { projectId: body.project.id, projectName: body.project.name, keyName: body.keyName };
  } catch {
    return 'unreachable';
  }
}
