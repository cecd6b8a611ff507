/** Finds the caller of a request that has the cookie of a session instead of a credential. */
import { BACKGROUND_HEADER } from '@novacron/contract/access/session';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../app/kernel/context/call-context.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { type BrowserSite, type SessionSite, siteAt } from './browser-site.ts';
import {
  type BrowserRequest,
  refuseForeignOrigin,
  refuseFormBody,
  refuseWithoutToken,
} from './check-browser.ts';
import { readCookie } from './cookies.ts';

/** A session that a browser claims to have. */
export interface ClaimedSession {
  readonly site: SessionSite;
  readonly secret: string;
}

/**
 * The session of a request; undefined where it has none. A credential in a header takes precedence
 * over a cookie. Problems: `unauthenticated` where the cookie is there twice.
 */
export function claimedSession(
  { headers }: Pick<BrowserRequest, 'headers'>,
  described: BrowserSite,
): Result<ClaimedSession | undefined, Problem> {
  const site = siteAt(described, headers.host);
  if (site.kind === 'none' || headers.authorization !== undefined) return ok(undefined);
  const cookie = readCookie(headers.cookie, site.cookieName);
  switch (cookie.kind) {
    case 'absent':
      return ok(undefined);
    case 'several':
      return err(severalCookies());
    case 'one':
      return ok({ site, secret: cookie.value });
  }
}

/**
 * Authenticates a request by its cookie. Problems: `forbidden` for one from another site or without
 * the CSRF token, `unsupported-media-type`, `unauthenticated`.
 */
export async function authenticateSession(
  core: Core,
  request: BrowserRequest,
  { site, secret }: ClaimedSession,
): Promise<Result<Principal, Problem>> {
  const foreign = refuseForeignOrigin(request, site) ?? refuseFormBody(request);
  if (foreign !== undefined) return err(foreign);
  const isBackground = request.headers[BACKGROUND_HEADER] !== undefined;
  const activity = isBackground ? 'background' : 'person';
  const found = await core.application.signIns.authenticate(secret, activity);
  if (!found.ok) return found;
  const refusal = refuseWithoutToken(request, found.value.session?.csrfToken);
  return refusal === undefined ? found : err(refusal);
}

function severalCookies(): Problem {
  return problem('unauthenticated', {
    detail: 'The request has the cookie of the session more than once.',
    remedy: 'Delete the cookies of this host, and sign in again.',
    data: { reason: 'cookie-ambiguous' },
  });
}
