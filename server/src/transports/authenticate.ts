/** Finds out who calls: `Authorization: Bearer <secret>` and the headers that tell the origin. */
import {
  CLIENT_HEADER,
  ClientName,
  DEFAULT_DEPLOYMENT,
  DEPLOYMENT_HEADER,
} from '@novacron/contract/identity';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Core } from './dispatch.ts';
import type { ExchangeHandler } from './exchange.ts';
import { sendProblem } from './rest/send-problem.ts';

/** As long as the filter of `drift.report` may be. Unit: characters. */
const DEPLOYMENT_LENGTH_MAX = 128;

/** Longer secrets are not ours; hashing them would be work for nothing. Unit: characters. */
const SECRET_LENGTH_MAX = 1024;

/** `platform` is what NovaCron's own parts call themselves: nobody outside is believed that. */
const OutsideClient = ClientName.exclude(['platform']);

/** Lets only callers with a valid key pass and says to the handlers behind it who they are. */
export function authenticate(core: Core): ExchangeHandler {
  return async (request, response, next) => {
    const secret = readSecret(request.get('authorization'));
    if (!secret.ok) return sendProblem(response, secret.error);
    const principal = await core.application.authenticate(secret.value);
    if (!principal.ok) return sendProblem(response, principal.error);
    const deployment = readDeployment(request.get(DEPLOYMENT_HEADER));
    if (!deployment.ok) return sendProblem(response, deployment.error);
    const client = OutsideClient.safeParse(request.get(CLIENT_HEADER));
    const { requestId, signal } = response.locals;
    response.locals.context = {
      principal: principal.value,
      requestId,
      client: client.success ? client.data : 'rest',
      deployment: deployment.value,
      signal,
    };
    next();
  };
}

function readSecret(header: string | undefined): Result<string, Problem> {
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
