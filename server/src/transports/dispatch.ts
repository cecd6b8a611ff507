/**
 * The one door from every transport into the application: checks the role, parses the input by the
 * row's schema, calls, and lets no exception out.
 */
import { types } from 'node:util';
import { hasRole } from '@novacron/contract/identity';
import type { RequestId } from '@novacron/contract/ids';
import { type OperationName, operationRow } from '@novacron/contract/operations';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Application, CallContext } from '../app/application.ts';
import type { Logger } from '../ports/logger.ts';

/** What every transport stands on. */
export interface Core {
  readonly application: Application;
  readonly logger: Logger;
}

/** One call as it came over a wire. */
interface Call {
  readonly name: OperationName;
  /** The caller's own words: JSON, not yet looked at. */
  readonly rawInput: unknown;
  readonly context: CallContext;
}

/**
 * Runs one operation for one caller. Never rejects.
 * Problems: `forbidden` when the role is too small, `validation-failed` with a field for each
 * issue of the input, `internal` when the application throws, and those of the operation itself.
 */
export async function dispatch(core: Core, call: Call): Promise<Result<unknown, Problem>> {
  const { name, context } = call;
  const { role, input } = operationRow(name);
  if (!hasRole(context.principal.role, role)) {
    return err(
      problem('forbidden', {
        detail: `${name} needs the role ${role}; your key has the role ${context.principal.role}.`,
        remedy: `Use an API key with the role ${role}, or ask an admin to do it.`,
        data: { needed_role: role, role: context.principal.role },
      }),
    );
  }
  try {
    const parsed = input.safeParse(call.rawInput);
    if (!parsed.success) return err(toValidationProblem(parsed.error, `The input of ${name}`));
    return await core.application.call(name, parsed.data, context);
  } catch (cause) {
    if (context.signal.aborted && isAbort(cause)) return err(hungUp());
    return err(reportFault(core.logger, { cause, requestId: context.requestId, during: name }));
  }
}

/** Waiting that ends because the caller hung up is no fault; nobody reads this problem. */
function hungUp(): Problem {
  return problem('unavailable', {
    detail: 'The caller hung up before the answer was there.',
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
  logger.error({ requestId, during, chain: describeChain(cause) }, 'a request met a fault');
  return problem('internal', {
    detail: 'NovaCron met a fault of its own while it worked on the request.',
    remedy: `Tell the people who run the server the request id ${requestId}; their log says more.`,
    data: { request_id: requestId },
  });
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
