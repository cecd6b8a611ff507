/** One log line and one measurement for every HTTP exchange, when it is over. */
import type { OperationName } from '@novacron/contract/operations';
import { NO_TELEMETRY } from '../ports/telemetry.ts';
import type { Core } from './dispatch.ts';
import type { ExchangeHandler, ExchangeRequest } from './exchange.ts';
import { keepCalls } from './exchange-calls.ts';

/** Operations of a batch that a line names; `calls` says how many there were. */
const OPERATIONS_SHOWN_MAX = 8;

const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'OPTIONS'],
  ...['POST', 'PUT', 'PATCH', 'DELETE'],
]);

/**
 * Reports exchanges. Neither the line nor the labels hold anything that the caller wrote: a path is
 * named by its route, and query, headers and body are left out.
 */
export function reportExchanges({ logger, telemetry = NO_TELEMETRY }: Core): ExchangeHandler {
  return (request, response, next) => {
    const { requestId, signal } = response.locals;
    const calls = keepCalls(signal);
    const startedAtMs = performance.now();
    const stopTimer = telemetry.startTimer('novacron_http_request_duration_seconds');
    response.once('close', () => {
      const method = METHODS.has(request.method) ? request.method : 'other';
      const route = routeOf(request);
      // Nobody heard the status of an answer that was cut off.
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      stopTimer({ method, route });
      telemetry.count('novacron_http_requests_total', { method, route, status });
      const { context } = response.locals;
      const fields = {
        ...{ requestId, method, route, status: response.statusCode },
        ...(response.writableFinished ? {} : { aborted: true }),
        durationMs: Math.round((performance.now() - startedAtMs) * 1_000) / 1_000,
        ...(calls.length === 0 ? {} : { operation: wordsOf(calls), calls: calls.length }),
        ...(context === undefined
          ? {}
          : { principal: context.principal.name, client: context.client }),
      };
      logger.info(fields, 'request answered');
    });
    next();
  };
}

/** What the router matched, such as `/api/v2/vms/:id`; anything else has one name. */
function routeOf(request: ExchangeRequest): string {
  const path: unknown = request.route?.path;
  return typeof path === 'string' ? `${request.baseUrl}${path}` : 'none';
}

function wordsOf(calls: readonly OperationName[]): string {
  const names = [...new Set(calls)];
  const shown = names.slice(0, OPERATIONS_SHOWN_MAX).join(' ');
  return names.length > OPERATIONS_SHOWN_MAX ? `${shown} …` : shown;
}
