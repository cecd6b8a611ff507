/**
 * Sign-in and sign-out of browsers. They are no rows of the operations table because they are about
 * HTTP itself: cookies that only a browser keeps, and redirects.
 */
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import express, { type Router } from 'express';
import { z } from 'zod';
import type { SigningIn } from '../../app/access/sessions/begin-session.ts';
import { csrfTokenOf } from '../../app/access/sessions/session-secret.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { authenticateSession, claimedSession } from '../http/authenticate-session.ts';
import type { BrowserSite } from '../http/browser-site.ts';
import { refuseForeignOrigin, refuseFormBody } from '../http/check-browser.ts';
import { readCookie, sessionCookie } from '../http/cookies.ts';
import { refuseMethod } from '../http/create-router.ts';
import type { ExchangeHandler, ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { readJsonBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';

/** What the routes are made from. */
export interface SignInCore extends Core {
  readonly site: BrowserSite;
}

/** More than any key, and tokens that were pasted instead. Unit: bytes. */
const BODY_BYTES_MAX = 4_096;

const KeyGiven = z.strictObject({ api_key: z.string().min(1).max(2_048) });

/** The routes, which come before authentication. */
export function createSignInRouter(core: SignInCore): Router {
  const router = express.Router({ caseSensitive: true });
  const body = express.raw({ type: () => true, limit: BODY_BYTES_MAX });
  router
    .route('/sign-in/methods')
    .get(showMethods(core))
    .all(refuseMethod(['GET']));
  router.post('/sign-in', body, signInWithKey(core));
  router
    .route('/sign-out')
    .post(signOut(core))
    .all(refuseMethod(['POST']));
  return router;
}

/** Whether and how one can sign in, for programs; it shows nothing that is secret. */
function showMethods({ site, application }: SignInCore): ExchangeHandler {
  return (_request, response) => {
    const answer =
      site.kind === 'none'
        ? { sessions: 'none', reason: site.reason, detail: noSessions().detail, methods: [] }
        : { sessions: site.link, methods: application.signIns.methods };
    response.set('Content-Type', 'application/json').end(JSON.stringify(answer));
  };
}

/**
 * Exchanges an API key for a session. The request must come from a page of this server, so that no
 * other one signs a browser in with a key of its own.
 */
function signInWithKey(core: SignInCore): ExchangeHandler {
  return async (request, response) => {
    const { site } = core;
    if (site.kind === 'none') return sendProblem(response, noSessions());
    const foreign = refuseForeignOrigin(request, site) ?? refuseFormBody(request);
    if (foreign !== undefined) return sendProblem(response, foreign);
    const given = readKey(request);
    if (!given.ok) return sendProblem(response, given.error);
    const cookie = readCookie(request.headers.cookie, site.cookieName);
    const before = cookie.kind === 'one' ? cookie.value : undefined;
    const asked = { apiKey: given.value, before };
    const begun = await core.application.signIns.withKey(asked, senderOf(request, response));
    if (!begun.ok) return sendProblem(response, begun.error);
    const { principal, secret, leftMs, endsAt, id } = begun.value;
    response.append('Set-Cookie', sessionCookie(site, secret, leftMs));
    const answer = {
      session_id: id,
      principal: principal.name,
      role: principal.role,
      csrf_token: csrfTokenOf(secret),
      ends_at: endsAt,
    };
    response.set('Content-Type', 'application/json').end(JSON.stringify(answer));
  };
}

/** Ends the session of the browser. One that has ended already is signed out as well. */
function signOut(core: SignInCore): ExchangeHandler {
  return async (request, response) => {
    const { site } = core;
    if (site.kind === 'none') return sendProblem(response, noSessions());
    const foreign = refuseForeignOrigin(request, site) ?? refuseFormBody(request);
    if (foreign !== undefined) return sendProblem(response, foreign);
    const ended = await endSession(core, request, response);
    if (!ended.ok) return sendProblem(response, ended.error);
    response.append('Set-Cookie', sessionCookie(site, '', 0));
    response.set('Content-Type', 'application/json').end('{}');
  };
}

async function endSession(
  core: SignInCore,
  request: ExchangeRequest,
  response: ExchangeResponse,
): Promise<Result<void, Problem>> {
  const claimed = claimedSession(request, core.site);
  if (!claimed.ok || claimed.value === undefined) return ok(undefined);
  const caller = await authenticateSession(core, request, claimed.value);
  if (!caller.ok) return caller.error.code === 'unauthenticated' ? ok(undefined) : caller;
  return core.application.signIns.end(claimed.value.secret, senderOf(request, response));
}

/** Who sends a request. */
function senderOf(request: ExchangeRequest, response: ExchangeResponse): SigningIn {
  const { requestId, clientAddress } = response.locals;
  return { requestId, clientAddress, userAgent: request.get('user-agent') };
}

function readKey(request: ExchangeRequest): Result<string, Problem> {
  const body = readJsonBody(request);
  if (!body.ok) return body;
  const parsed = KeyGiven.safeParse(body.value ?? {}, IN_WORDS);
  if (parsed.success) return ok(parsed.data.api_key);
  return err(toValidationProblem(parsed.error, 'The body'));
}

/** Why there are no sessions here. */
function noSessions(): Problem {
  return problem('forbidden', {
    detail:
      'The server is reached without TLS from other machines (insecure-listen): others could ' +
      'read the cookie of a session, so it makes none.',
    remedy:
      'Set tls-cert and tls-key, or set public-url to the https address of the proxy in front.',
    data: { reason: 'insecure-listen' },
  });
}
