/** Sign-in and sign-out: an API key is exchanged for a session, and is not kept. */
import { ApiProblem, toProblem, unreachable } from './api-problem.ts';
import { call } from './client.ts';
import { toItem } from './queries.ts';
import { hasShownSession, sessionHeaders, setCaller } from './session.ts';

const UNAUTHENTICATED_STATUS = 401;

/** Whether one can sign in here, and where not, why. */
export type SignInMethods =
  | {
      readonly kind: 'sessions';
      /** Name of the issuer; undefined if API keys are the only method. */
      readonly issuer?: string;
      /** Reason the last sign-in there failed. */
      readonly failure?: { readonly detail: string; readonly remedy: string };
    }
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

/**
 * Ends the session at the server, and loads the page again: nothing remains in its memory. Who has
 * signed in at an issuer goes on to the sign-out there.
 */
export async function signOut(): Promise<void> {
  const { issuer_sign_out_url: leave } = toItem(await post('/sign-out', {}));
  window.location.assign(typeof leave === 'string' ? leave : '/dashboard/');
}

/** Asks the server whether browsers can sign in. */
export async function readMethods(): Promise<SignInMethods> {
  const response = await fetch('/sign-in/methods');
  const { sessions, detail, issuer, failure } = toItem(await response.json());
  if (sessions === 'none') return { kind: 'none', detail: String(detail) };
  const failed = typeof failure === 'object' && failure !== null ? toItem(failure) : undefined;
  return {
    kind: 'sessions',
    issuer: typeof issuer === 'string' ? issuer : undefined,
    failure: failed && { detail: String(failed.detail), remedy: String(failed.remedy) },
  };
}

/** Returns the URL that starts the sign-in at the issuer; it leads back to the current page. */
export function issuerSignInUrl(): string {
  const { pathname, search, hash } = window.location;
  return `/sign-in/oidc?return_to=${encodeURIComponent(`${pathname}${search}${hash}`)}`;
}

async function post(path: string, body: object): Promise<unknown> {
  const headers = sessionHeaders('POST');
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw unreachable();
  });
  if (response.ok) return response.json();
  throw toProblem(response.status, await response.json().catch(() => undefined));
}
