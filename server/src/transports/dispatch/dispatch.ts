/**
 * The one door from every transport into the application: checks the role, parses the input by the
 * row's schema, calls, and lets no exception out; all of it when it is the call's turn.
 */

import { types } from 'node:util';
import type { RequestId } from '@novacron/contract/ids';
import {
  hasForeignCursor,
  isOtherwiseNarrowed,
} from '@novacron/contract/operations-table/list-cursor';
import { splitListValues } from '@novacron/contract/operations-table/list-input';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  type ProblemCode,
  problem,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { inSpan, NO_TRACER, type SpanEnd, type Tracer } from '@novacron/tracing/tracer';
import { refuseCall } from '../../app/access/identity/may-call.ts';
import type { Application } from '../../app/composition/application.ts';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import { NO_TELEMETRY, type Telemetry } from '../../ports/telemetry.ts';
import { findNul } from './find-nul.ts';

/** Common dependencies of all transports. */
export interface Core {
  readonly application: Application;
  readonly logger: Logger;
  /** Nothing is counted without it. */
  readonly telemetry?: Telemetry;
  /** Nothing is traced without it. */
  readonly tracer?: Tracer;
}

/** One call as it came over a wire. */
interface Call {
  readonly name: OperationName;
  /** The caller's own words: JSON, not yet looked at. */
  readonly rawInput: unknown;
  readonly context: CallContext;
  /** `ids`: of v1, which was frozen when cursors were ids, whatever the list was narrowed by. */
  readonly cursors?: 'ids';
}

/**
 * Runs one operation for one caller. Never rejects.
 * Problems: `forbidden` when the role is too small, `validation-failed` with a field for each
 * issue of the input, `internal` when the application throws, and those of the operation itself.
 */
export async function dispatch(core: Core, call: Call): Promise<Result<unknown, Problem>> {
  const { telemetry = NO_TELEMETRY, tracer = NO_TRACER } = core;
  const { name: operation, context } = call;
  const { calls } = context.request;
  calls.set(operation, (calls.get(operation) ?? 0) + 1);
  const stopTimer = telemetry.startTimer('novacron_call_duration_seconds');
  const start = { name: operation, parent: context.trace, attributes: describeCall(call) };
  const answer = await inSpan(
    tracer,
    start,
    (trace) =>
      core.application.inTurn(context.principal, context.signal, (turn) =>
        answerCall(core, { ...call, context: { ...context, trace, turn } }),
      ),
    describeAnswer,
  );
  stopTimer({ operation }, context.trace);
  const outcome = answer.ok ? 'ok' : answer.error.code;
  telemetry.count('novacron_calls_total', { operation, outcome });
  return answer;
}

/** Names and ids of ours only: a span holds nothing that the caller wrote. */
function describeCall({ name, context }: Call) {
  return {
    'novacron.operation': name,
    'novacron.request.id': context.requestId,
    'novacron.tenant.id': context.principal.tenantId,
    'novacron.principal.id': context.principal.id,
    'novacron.client': context.client,
  };
}

/** A refusal is the caller's own doing; only trouble of the server is an error here. */
function describeAnswer(answer: Result<unknown, Problem>): SpanEnd {
  if (answer.ok) return {};
  const { code } = answer.error;
  const attributes = { 'error.type': code };
  const isOurs = FAULTS.has(code);
  return isOurs ? { attributes, status: { kind: 'error', message: code } } : { attributes };
}

const FAULTS: ReadonlySet<ProblemCode> = new Set([
  'internal',
  'unavailable',
  'storage-full',
  'store-damaged',
]);

async function answerCall(core: Core, call: Call): Promise<Result<unknown, Problem>> {
  const { name, context } = call;
  const row = operationRow(name);
  const { input } = row;
  const refusal = refuseCall(context.principal, name);
  if (refusal !== undefined) {
    await core.application.recordForbidden(name, context, refusal);
    return err(refusal);
  }
  try {
    const parsed = input.safeParse(splitListValues(row, call.rawInput), IN_WORDS);
    if (!parsed.success) return err(toValidationProblem(parsed.error, `The input of ${name}`));
    const path = findNul(parsed.data);
    if (path !== undefined) return err(hasNul(name, path));
    if (hasForeignCursor(row, parsed.data)) return err(foreignCursor(name));
    if (call.cursors !== 'ids' && isOtherwiseNarrowed(row, parsed.data)) {
      return err(otherwiseNarrowed(name));
    }
    return await core.application.call(name, parsed.data, context);
  } catch (cause) {
    if (context.signal.aborted && isAbort(cause)) return err(hungUp());
    return err(reportFault(core.logger, { cause, requestId: context.requestId, during: name }));
  }
}

function hasNul(name: OperationName, path: readonly (string | number)[]): Problem {
  return problem('validation-failed', {
    detail: `The input of ${name} contains a NUL character.`,
    remedy: 'Remove the character.',
    fields: [{ path: [...path], message: 'must not contain a NUL character' }],
  });
}

function foreignCursor(name: OperationName): Problem {
  return problem('validation-failed', {
    detail: `The cursor was not made by ${name}.`,
    remedy: `Send next_cursor of the previous page, or omit cursor to start with the first page.`,
    fields: [{ path: ['cursor'], message: 'belongs to another list' }],
  });
}

function otherwiseNarrowed(name: OperationName): Problem {
  return problem('validation-failed', {
    detail: `The cursor was made by ${name} with other filters or another sort.`,
    remedy: 'Send the filters and the sort of the first page, or no cursor to begin again.',
    fields: [{ path: ['cursor'], message: 'belongs to other filters or to another sort' }],
  });
}

/** Waiting that ends because the caller hung up is not a fault; this problem is never sent. */
function hungUp(): Problem {
  return problem('unavailable', {
    detail: 'The client closed the connection.',
    remedy: 'Send the request again.',
  });
}

function isAbort(cause: unknown): boolean {
  return (
    typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'AbortError'
  );
}

/**
 * Logs an exception with its whole chain, once, and makes the problem that its caller may see.
 * @param fault - `cause`: what was thrown; `during`: what was being done, for the log
 */
export function reportFault(
  logger: Logger,
  fault: { readonly cause: unknown; readonly requestId: RequestId; readonly during: string },
): Problem {
  const { cause, requestId, during } = fault;
  const known = knownProblemOf(cause);
  if (known !== undefined) {
    logger.warn({ requestId, during, problem: known }, 'a request cannot be answered now');
    return known;
  }
  logger.error({ requestId, during, chain: describeChain(cause) }, 'a request met a fault');
  return problem('internal', {
    detail: 'An internal error occurred while the request was processed.',
    remedy:
      `Report the request id ${requestId} to the operator of the server; the log has the ` +
      'details.',
    data: { request_id: requestId },
  });
}

/** The store's answer while its database is away: what it rejects with has it in `problem`. */
function knownProblemOf(cause: unknown): Problem | undefined {
  if (typeof cause !== 'object' || cause === null || !('problem' in cause)) return undefined;
  const { problem: found } = cause;
  const isProblem = typeof found === 'object' && found !== null && 'code' in found;
  // Only ports attach problems to what they throw.
  return isProblem && isKnownFault(found.code) ? (found as Problem) : undefined;
}

function isKnownFault(code: unknown): boolean {
  return code === 'unavailable' || code === 'store-damaged';
}

/** More links than this are a loop, not a chain. */
const CHAIN_LINKS_MAX = 16;

/** An exception and its causes for the log, outermost first, each with its stack. */
export function describeChain(cause: unknown): string[] {
  const links: string[] = [];
  let link = cause;
  while (link !== undefined && links.length < CHAIN_LINKS_MAX) {
    links.push(types.isNativeError(link) ? (link.stack ?? link.message) : String(link));
    link = types.isNativeError(link) ? link.cause : undefined;
  }
  return links;
}
