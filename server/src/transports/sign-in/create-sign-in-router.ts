/**
 * Sign-in and sign-out of browsers. They are no rows of the operations table because they are about
 * HTTP itself: cookies that only a browser keeps, and redirects.
 */
import type { SignInMethod } from '@novacron/contract/access/session';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import express, { type Router } from 'express';
import { z } from 'zod';
import { DASHBOARD_PATH } from '../../app/access/sessions/return-path.ts';
import { csrfTokenOf } from '../../app/access/sessions/session-secret.ts';
import { authenticateSession, claimedSession } from '../http/authenticate-session.ts';
import { siteAt } from '../http/browser-site.ts';
import { refuseForeignOrigin, refuseFormBody } from '../http/check-browser.ts';
import { readCookie, sessionCookie } from '../http/cookies.ts';
import { refuseMethod } from '../http/create-router.ts';
import type { ExchangeHandler, ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { readJsonBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';
import { beginAtIssuer, CALLBACK_PATH, finishAtIssuer, ISSUER_PATH } from './issuer-routes.ts';
import { noSessions, type SignInCore, senderOf } from './sign-in-core.ts';
import { takeFailure } from './sign-in-failure.ts';

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
    .route(ISSUER_PATH)
    .head(refuseMethod(['GET']))
    .get(beginAtIssuer(core))
    .all(refuseMethod(['GET']));
  router
    .route(CALLBACK_PATH)
    .head(refuseMethod(['GET']))
    .get(finishAtIssuer(core))
    .all(refuseMethod(['GET']));
  router
    .route('/sign-out')
    .post(signOut(core))
    .all(refuseMethod(['POST']));
  return router;
}

/** Whether and how one can sign in, for programs; it shows nothing that is secret. */
function showMethods({ site: described, application }: SignInCore): ExchangeHandler {
  return (request, response) => {
    const site = siteAt(described, request.headers.host);
    response.set('Content-Type', 'application/json').set('Cache-Control', 'no-store');
    if (site.kind === 'none') {
      const { detail } = noSessions(site.reason);
      const answer = { sessions: 'none', reason: site.reason, detail, methods: [] };
      response.end(JSON.stringify(answer));
      return;
    }
    const { methods, issuer } = application.signIns;
    const failure = takeFailure(site, request, response);
    const issuerName = issuer.name === undefined ? {} : { issuer: issuer.name };
    const answer = { sessions: site.link, methods, ...issuerName };
    response.end(JSON.stringify(failure === undefined ? answer : { ...answer, failure }));
  };
}

/**
 * Exchanges an API key for a session. The request must come from a page of this server, so that no
 * other one signs a browser in with a key of its own.
 */
function signInWithKey(core: SignInCore): ExchangeHandler {
  return async (request, response) => {
    const site = siteAt(core.site, request.headers.host);
    if (site.kind === 'none') return sendProblem(response, noSessions(site.reason));
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
    const site = siteAt(core.site, request.headers.host);
    if (site.kind === 'none') return sendProblem(response, noSessions(site.reason));
    const foreign = refuseForeignOrigin(request, site) ?? refuseFormBody(request);
    if (foreign !== undefined) return sendProblem(response, foreign);
    const ended = await endSession(core, request, response);
    if (!ended.ok) return sendProblem(response, ended.error);
    response.append('Set-Cookie', sessionCookie(site, '', 0));
    const { issuer } = core.application.signIns;
    const page = `${site.originOf(request.headers.host)}${DASHBOARD_PATH}`;
    const leave = ended.value === 'oidc' ? await issuer.signOutUrl(page) : undefined;
    const answer = leave === undefined ? {} : { issuer_sign_out_url: leave };
    response.set('Content-Type', 'application/json').end(JSON.stringify(answer));
  };
}

async function endSession(
  core: SignInCore,
  request: ExchangeRequest,
  response: ExchangeResponse,
): Promise<Result<SignInMethod | undefined, Problem>> {
  const claimed = claimedSession(request, core.site);
  // Of two cookies none is known to be the session: it would go on while its user believes it over.
  if (!claimed.ok) return claimed;
  if (claimed.value === undefined) return ok(undefined);
  const caller = await authenticateSession(core, request, claimed.value);
  if (!caller.ok) return caller.error.code === 'unauthenticated' ? ok(undefined) : caller;
  return core.application.signIns.end(claimed.value.secret, senderOf(request, response));
}

function readKey(request: ExchangeRequest): Result<string, Problem> {
  const body = readJsonBody(request);
  if (!body.ok) return body;
  const parsed = KeyGiven.safeParse(body.value ?? {}, IN_WORDS);
  if (parsed.success) return ok(parsed.data.api_key);
  return err(toValidationProblem(parsed.error, 'The body'));
}
