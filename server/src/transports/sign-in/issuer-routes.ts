/** The redirects of a sign-in at an OpenID Connect issuer. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { BegunSession } from '../../app/access/sessions/begin-session.ts';
import { DASHBOARD_PATH } from '../../app/access/sessions/return-path.ts';
import { type SessionSite, siteAt } from '../http/browser-site.ts';
import { refuseForeignOrigin } from '../http/check-browser.ts';
import { readCookie, sessionCookie } from '../http/cookies.ts';
import type { ExchangeHandler, ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { beginAttempt, findAttempt } from './attempt-cookies.ts';
import { noSessions, type SignInCore, senderOf } from './sign-in-core.ts';
import { leaveFailure } from './sign-in-failure.ts';

/** Path behind the button of the sign-in page. */
export const ISSUER_PATH = '/sign-in/oidc';

/** Path to which the issuer redirects browsers: the redirect URI registered there. */
export const CALLBACK_PATH = '/sign-in/oidc/callback';

/**
 * Sends the browser to the issuer. The request must come from a page of this server or an address
 * that was typed, so that no other page begins sign-ins.
 */
export function beginAtIssuer({ site: described, application }: SignInCore): ExchangeHandler {
  return async (request, response) => {
    const site = siteAt(described, request.headers.host);
    if (site.kind === 'none') return sendProblem(response, noSessions(site.reason));
    const foreign = refuseForeignOrigin(request, site);
    if (foreign !== undefined) return sendProblem(response, foreign);
    const here = callbackUrl(site, request);
    if (here === undefined) return sendProblem(response, noOrigin());
    const returnTo = here.searchParams.get('return_to') ?? undefined;
    here.search = '';
    const asked = { redirectUri: here.href, returnTo };
    const begun = await application.signIns.issuer.begin(asked, senderOf(request, response));
    if (!begun.ok) {
      leaveFailure(site, response, begun.error);
      return redirect(response, DASHBOARD_PATH);
    }
    response.append('Set-Cookie', [...beginAttempt(site, request, begun.value)]);
    redirect(response, begun.value.url);
  };
}

/**
 * Takes the answer of the issuer. It comes from another site, so that what makes it trustworthy is
 * the cookie of the attempt: the state is derived from it. An answer that fits no attempt of the
 * browser ends none.
 */
export function finishAtIssuer({ site: described, application }: SignInCore): ExchangeHandler {
  return async (request, response) => {
    const site = siteAt(described, request.headers.host);
    if (site.kind === 'none') return sendProblem(response, noSessions(site.reason));
    const { signIns } = application;
    const url = callbackUrl(site, request);
    if (url === undefined) return sendProblem(response, noOrigin());
    const attempt = findAttempt(site, request, url);
    const answer = { url, secret: attempt?.secret };
    const { returnPath, session } = await signIns.issuer.finish(
      answer,
      senderOf(request, response),
    );
    if (attempt !== undefined) response.append('Set-Cookie', attempt.removal);
    if (session.ok) await replaceSession({ site, application }, request, response, session.value);
    else leaveFailure(site, response, session.error);
    redirect(response, returnPath);
  };
}

/**
 * The redirect URI with the query of a request; undefined where its Host header is no host. The
 * query alone is taken from the target, which may name another host (RFC 9112, section 3.2.2).
 */
function callbackUrl(site: SessionSite, request: ExchangeRequest): URL | undefined {
  const at = request.url.indexOf('?');
  const query = at < 0 ? '' : request.url.slice(at);
  const text = `${site.originOf(request.headers.host)}${CALLBACK_PATH}${query}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function noOrigin(): Problem {
  return problem('validation-failed', {
    detail: 'The header Host does not say under which address the browser reaches the server.',
    remedy:
      'Open the server under its own address; behind a proxy, set public-url to that address.',
    fields: [{ path: ['host'], message: 'must be HOST or HOST:PORT' }],
  });
}

async function replaceSession(
  { site, application }: { readonly site: SessionSite } & Pick<SignInCore, 'application'>,
  request: ExchangeRequest,
  response: ExchangeResponse,
  { secret, leftMs }: BegunSession,
): Promise<void> {
  const before = readCookie(request.headers.cookie, site.cookieName);
  if (before.kind === 'one')
    await application.signIns.end(before.value, senderOf(request, response));
  response.append('Set-Cookie', sessionCookie(site, secret, leftMs));
}

/** The address before it, which has the code, is passed on to no other page. */
function redirect(response: ExchangeResponse, location: string): void {
  response
    .status(303)
    .set('Location', location)
    .set('Cache-Control', 'no-store')
    .set('Referrer-Policy', 'no-referrer')
    .end();
}
