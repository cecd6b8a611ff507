/**
 * Who is signed in. The API key is kept in memory only: it is neither stored nor part of an
 * address, and a reload of the page asks for it again.
 */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useSyncExternalStore } from 'react';

/** Who calls, as `identity.whoami` answers. */
export type Identity = OutputOf<'identity.whoami'>;

/** The state of the session. */
export type Session =
  | { readonly kind: 'signed-out'; readonly reason?: string }
  | { readonly kind: 'signed-in'; readonly identity: Identity };

let apiKey: string | undefined;
let session: Session = { kind: 'signed-out' };
const listeners = new Set<() => void>();

/** The headers that prove who calls. */
export function credentialHeaders(): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

/** The first message of a WebSocket: browsers send no header with it. */
export function socketCredential():
  | { readonly type: 'authenticate'; readonly api_key: string }
  | undefined {
  return apiKey === undefined ? undefined : { type: 'authenticate', api_key: apiKey };
}

/** Tries a key with what `identify` asks the server; a refusal is thrown and keeps no key. */
export async function signIn(key: string, identify: () => Promise<Identity>): Promise<void> {
  apiKey = key;
  try {
    change({ kind: 'signed-in', identity: await identify() });
  } catch (cause) {
    apiKey = undefined;
    throw cause;
  }
}

/** Forgets the key. */
export function signOut(reason?: string): void {
  apiKey = undefined;
  if (session.kind === 'signed-in') change({ kind: 'signed-out', reason });
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The session, as state of a component. */
export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

/** Who is signed in; components below the sign-in page always have one. */
export function useIdentity(): Identity | undefined {
  const current = useSession();
  return current.kind === 'signed-in' ? current.identity : undefined;
}
