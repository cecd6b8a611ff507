/**
 * Session of the user. The session itself is in a cookie that only the browser reads; this module
 * stores what the server reported about it: the caller, the operations it may call, the CSRF token
 * of its writes and the end of the session.
 */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useSyncExternalStore } from 'react';
import { noteServerTime } from './server-clock.ts';

/** Caller, as `session.get` answers. */
export type Caller = OutputOf<'session.get'>;

/** Identity of the signed-in user. */
export interface Identity {
  readonly principal: string;
  readonly role: string;
  readonly tenant: string;
  /** Names of the operations that it may call. */
  readonly operations: readonly string[];
  /** Reasons it may not call other operations, in the words of the server. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** End of a session by this browser's clock: `performance.now()`. Unit: milliseconds. */
export interface SessionEnd {
  /** It ends then unless it is used before. */
  readonly idleAtMs: number;
  /** It ends then, used or not. */
  readonly finalAtMs: number;
  /** Warning time before the end. */
  readonly warnMs: number;
}

/** The state of the session. */
export type Session =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-out'; readonly reason?: string }
  | { readonly kind: 'signed-in'; readonly identity: Identity; readonly end?: SessionEnd };

/** Longest warning time; at most a third of the idle limit. */
const WARN_MS_MAX = 300_000;
const WARN_PARTS = 3;

/** Requests this long after a key or a pointer was pressed are a person's. Unit: milliseconds. */
const ACTIVE_MS = 60_000;

let session: Session = { kind: 'unknown' };
let csrfToken: string | undefined;
let lastInputMs = 0;
let wasSignedIn = false;
const listeners = new Set<() => void>();

/**
 * The headers of a request: the token where it writes, and whether it is made without a person, so
 * that a page that is merely open does not keep its session in use.
 */
export function sessionHeaders(method: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== undefined) headers['x-csrf-token'] = csrfToken;
  if (performance.now() - lastInputMs > ACTIVE_MS) headers['novacron-background'] = '1';
  return headers;
}

/** Notes that a person has used the page. */
export function noteInput(): void {
  lastInputMs = performance.now();
}

/** Takes over what the server says of the caller. */
export function setCaller(caller: Caller): void {
  const { principal, role, tenant, permissions } = caller;
  noteServerTime(caller.server_time);
  csrfToken = caller.csrf_token ?? undefined;
  wasSignedIn = true;
  const operations = permissions.filter(({ allowed }) => allowed).map(({ operation }) => operation);
  const refusals = Object.fromEntries(
    permissions
      .filter(({ allowed }) => !allowed)
      .map((each) => [each.operation, each.reason ?? '']),
  );
  const identity = { principal, role, tenant, operations, refusals };
  change({ kind: 'signed-in', identity: keep(identity), end: endOf(caller) });
}

/** The identity that is shown already where it is the same, so that nothing renders again. */
function keep(next: Identity): Identity {
  if (session.kind !== 'signed-in') return next;
  return JSON.stringify(session.identity) === JSON.stringify(next) ? session.identity : next;
}

/** The end of a session by this browser's clock: the server's clock is read from its answer. */
function endOf({ session: row, server_time: now }: Caller): SessionEnd | undefined {
  if (row === null || row === undefined) return undefined;
  const toLocalMs = (at: string): number => performance.now() + Date.parse(at) - Date.parse(now);
  const idleMs = Date.parse(row.expires_at) - Date.parse(row.last_used_at);
  return {
    idleAtMs: toLocalMs(row.expires_at),
    finalAtMs: toLocalMs(row.ends_at),
    warnMs: Math.min(WARN_MS_MAX, idleMs / WARN_PARTS),
  };
}

/** Shows the sign-in page; `reason` says why a session has ended. */
export function endSession(reason?: string): void {
  csrfToken = undefined;
  if (session.kind !== 'signed-out') change({ kind: 'signed-out', reason });
}

/** Whether a caller is signed in now. */
export function isSignedIn(): boolean {
  return session.kind === 'signed-in';
}

/** Whether a caller has been signed in since this page was loaded. */
export function hasShownSession(): boolean {
  return wasSignedIn;
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

/** Returns the signed-in user; always defined for components below the sign-in page. */
export function useIdentity(): Identity | undefined {
  return useSyncExternalStore(subscribe, identityNow);
}

/**
 * Returns the reasons the caller may not call operations, for the text of buttons. The role is not
 * the only cause: its tenant may lack a feature, or may not be the first tenant.
 * @returns a function from an operation to the sentence; undefined where the caller may
 */
export function useRefusals(): (operation: string) => string | undefined {
  const refusals = useIdentity()?.refusals;
  return (operation) => refusals?.[operation];
}

function identityNow(): Identity | undefined {
  return session.kind === 'signed-in' ? session.identity : undefined;
}
