/** Sign-in and sign-out: an API key is exchanged for a session, and is not kept. */
import { ApiProblem, toProblem, unreachable } from './api-problem.ts';
import { call } from './client.ts';
import { toItem } from './queries.ts';
import { hasShownSession, sessionHeaders, setCaller } from './session.ts';

const UNAUTHENTICATED_STATUS = 401;

/** Whether one can sign in here, and where not, why. */
export type SignInMethods =
  | { readonly kind: 'sessions' }
  | { readonly kind: 'none'; readonly detail: string };

/**
 * Asks the server who is signed in, as after a reload. Who has no session gets the sign-in page; a
 * server that does not answer is thrown as an {@link ApiProblem}.
 */
export async function restoreSession(): Promise<void> {
  try {
    setCaller(await call('session.get', {}));
  } catch (cause) {
    // The client has shown the sign-in page by then.
    const isSignedOut =
      cause instanceof ApiProblem && cause.parts.status === UNAUTHENTICATED_STATUS;
    if (!isSignedOut) throw cause;
  }
}

/**
 * Exchanges a key for a session. A refused key is thrown as an {@link ApiProblem}. After a session
 * has ended the page is loaded again at the same address, so that nothing remains of who was
 * signed in before.
 */
export async function signIn(key: string): Promise<void> {
  await post('/sign-in', { api_key: key });
  if (hasShownSession()) window.location.reload();
  else await restoreSession();
}

/** Ends the session at the server, and loads the page again: nothing remains in its memory. */
export async function signOut(): Promise<void> {
  await post('/sign-out', {});
  window.location.assign('/dashboard/');
}

/** Asks the server whether browsers can sign in. */
export async function readMethods(): Promise<SignInMethods> {
  const response = await fetch('/sign-in/methods');
  const { sessions, detail } = toItem(await response.json());
  return sessions === 'none' ? { kind: 'none', detail: String(detail) } : { kind: 'sessions' };
}

async function post(path: string, body: object): Promise<void> {
  const headers = sessionHeaders('POST');
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw unreachable();
  });
  if (response.ok) return;
  throw toProblem(response.status, await response.json().catch(() => undefined));
}
