/**
 * Refuses what a page of another site makes a browser send. A cookie comes with every request to
 * its host, so that it alone proves nothing about who asked.
 * Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet; W3C Fetch Metadata.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { CSRF_HEADER } from '@novacron/contract/access/session';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { isSameSecret } from '../../app/access/sessions/session-secret.ts';
import type { SessionSite } from './browser-site.ts';

/** Parts of a request that the check reads. */
export interface BrowserRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method may change something. */
function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Refuses a request that a page of another origin sends; undefined where it is one of ours.
 * Browsers say where a request comes from in `Sec-Fetch-Site`, and older ones in `Origin`. Of
 * writes one of them is required; a read without both comes from an address that was typed.
 */
export function refuseForeignOrigin(
  { method, headers }: BrowserRequest,
  site: SessionSite,
): Problem | undefined {
  const fetchSite = textOf(headers['sec-fetch-site']);
  const allowed = isUnsafe(method) ? ['same-origin'] : ['same-origin', 'none'];
  if (fetchSite !== undefined) return allowed.includes(fetchSite) ? undefined : foreignOrigin();
  const { origin } = headers;
  if (origin === undefined) return isUnsafe(method) ? foreignOrigin() : undefined;
  return origin === site.originOf(headers.host) ? undefined : foreignOrigin();
}

/** The same of an upgrade to WebSocket, with which browsers always send `Origin`. */
export function refuseForeignSocket(
  headers: IncomingHttpHeaders,
  site: SessionSite,
): Problem | undefined {
  return headers.origin === site.originOf(headers.host) ? undefined : foreignOrigin();
}

/**
 * Refuses a body that a form of another site could send. Problems: `unsupported-media-type`.
 */
export function refuseFormBody({ method, headers }: BrowserRequest): Problem | undefined {
  const type = headers['content-type']?.toLowerCase().split(';')[0]?.trim();
  if (!isUnsafe(method) || type === 'application/json') return undefined;
  return problem('unsupported-media-type', {
    detail: `A ${method} with the cookie of a session must say that it sends JSON.`,
    remedy: 'Send the header Content-Type: application/json, also without a body.',
    data: { reason: 'content-type' },
  });
}

/** Refuses a write without the CSRF token of the session. Problems: `forbidden`. */
export function refuseWithoutToken(
  { method, headers }: BrowserRequest,
  csrfToken: string | undefined,
): Problem | undefined {
  if (!isUnsafe(method)) return undefined;
  const sent = textOf(headers[CSRF_HEADER]);
  if (csrfToken !== undefined && sent !== undefined && isSameSecret(sent, csrfToken)) {
    return undefined;
  }
  return problem('forbidden', {
    title: 'Not of this session',
    detail:
      'The request does not belong to the session of this browser: its CSRF token is missing, or ' +
      'is that of another session, as when someone has signed in again in another tab.',
    remedy:
      'Reload the page. A program sends csrf_token of session.get in the header X-CSRF-Token.',
    data: { reason: 'csrf-token' },
  });
}

function foreignOrigin(): Problem {
  return problem('forbidden', {
    title: 'From another site',
    detail: 'The request comes from a page of another site.',
    remedy:
      'Use the console under its own address; behind a proxy, set public-url to that address.',
    data: { reason: 'foreign-origin' },
  });
}

/** Repeated headers of these names are no answer to the question. */
function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
