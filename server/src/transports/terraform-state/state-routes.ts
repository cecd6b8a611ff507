/**
 * States of Terraform, as its backend `http` reads, writes, locks and unlocks them.
 * Source: https://developer.hashicorp.com/terraform/language/backend/http
 */
import { pipeline } from 'node:stream/promises';
import { isRecord } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { StateRefusal } from '../../app/platform/terraform-states/state-row.ts';
import type { Core } from '../dispatch/dispatch.ts';
import {
  contextOf,
  type ExchangeHandler,
  type ExchangeRequest,
  type ExchangeResponse,
} from '../http/exchange.ts';
import { parseJson } from '../http/parse-json.ts';
import { bytesOf } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';
import { readBody } from '../images/read-body.ts';

const OK_STATUS = 200;
const LOCKED_STATUS = 423;

/** Largest lock. Unit: bytes. */
export const LOCK_BYTES_MAX = 65_536;

type States = Pick<Core['application'], 'terraformStates'>;

/** Sends the content of a state; to Terraform, `not-found` means that there is none yet. */
export function sendState({ terraformStates }: States): ExchangeHandler {
  return async (request, response) => {
    const name = nameOf(request);
    const version = readVersion(request);
    if (!version.ok) return sendProblem(response, version.error);
    const asked = { name, version: version.value };
    const opened = await terraformStates.open(asked, contextOf(response));
    if (!opened.ok) return refuse(response, opened.error);
    const { value: state } = opened;
    if (state === undefined) return sendProblem(response, neverWritten(name));
    response.status(OK_STATUS).type('application/json').set('Content-Length', String(state.bytes));
    await pipeline(state.read, response);
  };
}

/** Takes the content of a state; `?ID=` names the lock that the run holds. */
export function takeState({ terraformStates }: States): ExchangeHandler {
  return async (request, response) => {
    const lockId = queryOf(request).get('ID') ?? undefined;
    const md5 = request.get('content-md5');
    const bytes = Number(request.get('content-length') ?? 0);
    const sent = { name: nameOf(request), lockId, bytes, md5 };
    const taken = await readBody(request, (body) =>
      terraformStates.write({ ...sent, body }, contextOf(response)),
    );
    if (taken === 'hung-up') return;
    if (!taken.ok) return refuse(response, taken.error);
    response.status(OK_STATUS).end();
  };
}

/** Locks a state. */
export function lockTerraformState({ terraformStates }: States): ExchangeHandler {
  return async (request, response) => {
    const lock = parseJson(bytesOf(request));
    if (!lock.ok) return sendProblem(response, lock.error);
    const asked = { name: nameOf(request), lock: lock.value };
    const done = await terraformStates.lock(asked, contextOf(response));
    if (!done.ok) return refuse(response, done.error);
    response.status(OK_STATUS).end();
  };
}

/**
 * Unlocks a state. `terraform force-unlock` sends no body, whatever id it was given: that is
 * refused, because nothing would say which lock is meant.
 */
export function unlockTerraformState({ terraformStates }: States): ExchangeHandler {
  return async (request, response) => {
    const name = nameOf(request);
    const bytes = bytesOf(request);
    const lock = bytes.length === 0 ? ok(undefined) : parseJson(bytes);
    if (!lock.ok) return sendProblem(response, lock.error);
    const lockId = isRecord(lock.value) ? lock.value.ID : undefined;
    if (typeof lockId !== 'string') return sendProblem(response, whichLock(name));
    const done = await terraformStates.unlock({ name, lockId }, contextOf(response));
    if (!done.ok) return refuse(response, done.error);
    response.status(OK_STATUS).end();
  };
}

/** Terraform prints the lock of the other run. */
function refuse(response: ExchangeResponse, refusal: StateRefusal): void {
  if (refusal.kind === 'problem') sendProblem(response, refusal.problem);
  else response.status(LOCKED_STATUS).type('application/json').send(refusal.lock);
}

function nameOf({ params: { name } }: ExchangeRequest): string {
  return typeof name === 'string' ? name : '';
}

function queryOf({ url }: ExchangeRequest): URLSearchParams {
  return new URL(url, 'http://server').searchParams;
}

function readVersion(request: ExchangeRequest): Result<number | undefined, Problem> {
  const text = queryOf(request).get('version');
  if (text === null) return ok(undefined);
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return ok(version);
  return err(
    problem('validation-failed', {
      detail: `${JSON.stringify(text)} is not the number of a version.`,
      remedy: 'List the versions: novacron terraform-state versions NAME',
      fields: [{ path: ['version'], message: 'must be a whole number from 1 on' }],
    }),
  );
}

function neverWritten(name: string): Problem {
  return problem('not-found', {
    detail: `The state ${name} has no content.`,
    remedy: 'The first run of Terraform writes it.',
  });
}

function whichLock(name: string): Problem {
  return problem('validation-failed', {
    detail: 'The request does not say which lock it removes.',
    remedy: `Remove it by its id: novacron terraform-state unlock ${name} --lock-id ID`,
    fields: [{ path: ['ID'], message: 'is missing' }],
  });
}
