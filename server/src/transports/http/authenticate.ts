/** Authenticates the caller: `Authorization: Bearer <secret>` and the headers of the origin. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  CLIENT_HEADER,
  ClientName,
  DEFAULT_DEPLOYMENT,
  DEPLOYMENT_HEADER,
} from '@novacron/contract/access/identity';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { TERRAFORM_STATE_PATH } from '@novacron/contract/terraform-state/terraform-state';
import type { CallContext, Principal, Sender } from '../../app/kernel/context/call-context.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { authenticateSession, claimedSession } from './authenticate-session.ts';
import type { BrowserSite } from './browser-site.ts';
import type { ExchangeHandler, ExchangeRequest } from './exchange.ts';
import { readWaitPreference } from './read-wait-preference.ts';
import { REST_PREFIX } from './rest-prefix.ts';
import { sendProblem } from './send-problem.ts';

/** Maximum length, equal to that of the filter of `drift.report`. Unit: characters. */
const DEPLOYMENT_LENGTH_MAX = 128;

/**
 * Maximum length, which fits tokens of issuers with many claims; more is wasted work. In
 * characters.
 */
const SECRET_LENGTH_MAX = 8192;

/** `platform` names NovaCron's own parts: it is not accepted from outside. */
const OutsideClient = ClientName.exclude(['platform']);

/** Caller and origin of a request, from its headers. */
export type Caller = Pick<
  CallContext,
  'principal' | 'client' | 'clientAddress' | 'deployment' | 'waitMs'
>;

/** Rows whose input holds the credential. */
const OPEN_TO_ANYONE: ReadonlySet<string> = new Set(
  operationNames()
    .map(operationRow)
    .filter(({ access }) => access === 'anyone')
    .map(({ rest }) => `${rest.method} ${REST_PREFIX}${rest.path}`),
);

/** Lets only callers with a valid key pass and says to the handlers behind it who they are. */
export function authenticate(core: Core & { readonly site: BrowserSite }): ExchangeHandler {
  return async (request, response, next) => {
    const { clientAddress } = response.locals;
    if (OPEN_TO_ANYONE.has(`${request.method} ${request.path}`)) {
      const { requestId, signal, request: scope } = response.locals;
      const principal = await core.application.anyone(clientAddress);
      const origin = { client: 'rest', clientAddress, deployment: DEFAULT_DEPLOYMENT } as const;
      response.locals.context = { principal, ...origin, requestId, signal, request: scope };
      return next();
    }
    const { requestId, signal, request: scope, span } = response.locals;
    const caller = await identifyCaller(core, request, { requestId, clientAddress });
    if (!caller.ok) return sendProblem(response, caller.error);
    const trace = span.context;
    response.locals.context = { ...caller.value, requestId, signal, request: scope, trace };
    next();
  };
}

/**
 * Finds out who sends a request.
 * Problems: `unauthenticated`, `unavailable`, `validation-failed` for a bad deployment.
 */
async function identifyCaller(
  core: Core & { readonly site: BrowserSite },
  request: ExchangeRequest,
  sender: Sender,
): Promise<Result<Caller, Problem>> {
  const { headers } = request;
  const claimed = takesCookies(request) ? claimedSession(request, core.site) : ok(undefined);
  if (!claimed.ok) return claimed;
  if (claimed.value !== undefined) {
    const found = await authenticateSession(core, request, claimed.value);
    return found.ok ? completeCaller(found.value, headers, sender) : found;
  }
  const secret = takesPasswords(request)
    ? readPassword(headers.authorization)
    : readSecret(headers.authorization);
  if (!secret.ok) return secret;
  const principal = await core.application.authenticate(secret.value, sender);
  return principal.ok ? completeCaller(principal.value, headers, sender) : principal;
}

/** Cookies are accepted where every check of {@link authenticateSession} has a meaning. */
function takesCookies({ path }: ExchangeRequest): boolean {
  return path.startsWith(`${REST_PREFIX}/`);
}

/** Terraform's backend can only send a user name and a password. */
function takesPasswords({ path }: ExchangeRequest): boolean {
  return path.startsWith(TERRAFORM_STATES);
}

const TERRAFORM_STATES = TERRAFORM_STATE_PATH.replace(':name', '');

/** The API key is the password (RFC 7617); the name of the user means nothing. */
function readPassword(header: string | undefined): Result<string, Problem> {
  const encoded = header === undefined ? undefined : /^Basic +(\S+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return readSecret(header);
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return readSecret(`Bearer ${text.slice(text.indexOf(':') + 1)}`);
}

function completeCaller(
  principal: Principal,
  headers: IncomingHttpHeaders,
  { clientAddress }: Sender,
): Result<Caller, Problem> {
  const origin = readOrigin(headers, principal.session === undefined ? 'rest' : 'dashboard');
  return origin.ok ? ok({ principal, clientAddress, ...origin.value }) : origin;
}

/**
 * Reads the origin of a request from its headers.
 * @param unnamed - the program where they do not
 */
export function readOrigin(
  headers: IncomingHttpHeaders,
  unnamed: ClientName = 'rest',
): Result<Pick<Caller, 'client' | 'deployment' | 'waitMs'>, Problem> {
  const deployment = readDeployment(textOf(headers[DEPLOYMENT_HEADER]));
  if (!deployment.ok) return deployment;
  const client = OutsideClient.safeParse(textOf(headers[CLIENT_HEADER]));
  const waitMs = readWaitPreference(textOf(headers.prefer));
  return ok({
    client: client.success ? client.data : unnamed,
    deployment: deployment.value,
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

/** Node joins repeated headers of ours with commas; only Set-Cookie is ever a list. */
function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

/** The secret of an Authorization header. Problems: `unauthenticated`. */
export function readSecret(header: string | undefined): Result<string, Problem> {
  if (header === undefined) return refuseSecret('The request carries no API key.');
  const secret = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (secret === undefined) {
    return refuseSecret('The Authorization header is not of the form: Bearer <API key>.');
  }
  if (secret.length > SECRET_LENGTH_MAX) return refuseSecret('The API key is too long to be one.');
  return ok(secret);
}

function refuseSecret(detail: string): Result<never, Problem> {
  return err(
    problem('unauthenticated', {
      detail,
      remedy: 'Send the header: Authorization: Bearer <API key>. An admin can create keys.',
    }),
  );
}

function readDeployment(header: string | undefined): Result<string, Problem> {
  if (header === undefined || header === '') return ok(DEFAULT_DEPLOYMENT);
  const message = `must have 1 to ${DEPLOYMENT_LENGTH_MAX} printable ASCII characters`;
  if (header.length <= DEPLOYMENT_LENGTH_MAX && /^[\x20-\x7e]+$/.test(header)) return ok(header);
  return err(
    problem('validation-failed', {
      detail: `The header ${DEPLOYMENT_HEADER} ${message}.`,
      remedy: 'Choose a shorter or simpler name for the deployment.',
      fields: [{ path: [DEPLOYMENT_HEADER], message }],
    }),
  );
}
