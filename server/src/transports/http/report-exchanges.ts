/** One log line and one measurement for every HTTP exchange, when it is over. */
import { TRACEPARENT } from '@novacron/contract/trace-context';
import { traceFields } from '@novacron/tracing/trace-fields';
import {
  type CallContext,
  keyIdOf,
  type RequestScope,
} from '../../app/kernel/context/call-context.ts';
import { NO_TELEMETRY } from '../../ports/telemetry.ts';
import type { Core } from '../dispatch/dispatch.ts';
import type { ExchangeHandler, ExchangeRequest, ExchangeResponse } from './exchange.ts';

/** Operations of a batch that a line names; `calls` says how many there were. */
const OPERATIONS_SHOWN_MAX = 8;

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
]);

/**
 * Reports exchanges. Neither the line nor the labels hold anything that the caller wrote: a path is
 * named by its route, and query, headers and body are left out but for the client's address, as
 * trusted proxies name it.
 */
export function reportExchanges({ logger, telemetry = NO_TELEMETRY }: Core): ExchangeHandler {
  return (request, response, next) => {
    const { requestId, clientAddress } = response.locals;
    const { calls } = response.locals.request;
    const startedAtMs = performance.now();
    // A request that was destroyed has no socket any more, which express asks for the scheme.
    const scheme = request.protocol;
    const stopTimer = telemetry.startTimer('novacron_http_request_duration_seconds');
    response.once('close', () => {
      const method = METHODS.has(request.method) ? request.method : 'other';
      const route = routeOf(request);
      // The client never received the status of an answer that was cut off.
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      telemetry.count('novacron_http_requests_total', { method, route, status });
      const { context, span } = response.locals;
      stopTimer({ method, route }, span.context);
      endSpan(request, response, { method, route, scheme });
      const fields = {
        requestId,
        method,
        route,
        status: response.statusCode,
        ...traceFields(span.context),
        ...(response.writableFinished ? {} : { aborted: true }),
        durationMs: Math.round((performance.now() - startedAtMs) * 1_000) / 1_000,
        ...(calls.size === 0 ? {} : { operation: namesOf(calls), calls: countOf(calls) }),
        clientAddress,
        ...(context === undefined ? {} : callerFields(context)),
      };
      logger.info(fields, 'request answered');
    });
    next();
  };
}

/** Returns the log fields of the caller: names are reused, so the key's id is included. */
function callerFields({ principal, client }: CallContext) {
  return {
    principal: principal.name,
    keyId: keyIdOf(principal),
    tenantId: principal.tenantId,
    client,
  };
}

/** Routes that are asked every few seconds: traced only where the caller has a trace. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

const SERVER_ERROR_STATUS = 500;

interface EndedExchange {
  readonly method: string;
  readonly route: string;
  readonly scheme: string;
}

/** Names and attributes: OpenTelemetry's semantic conventions for HTTP servers. */
function endSpan(
  request: ExchangeRequest,
  response: ExchangeResponse,
  { method, route, scheme }: EndedExchange,
): void {
  const { requestId, span, context } = response.locals;
  const { statusCode } = response;
  if (QUIET_ROUTES.has(route) && request.get(TRACEPARENT) === undefined) return;
  const verb = method === 'other' ? 'HTTP' : method;
  const isError = statusCode >= SERVER_ERROR_STATUS;
  span.end({
    name: route === 'none' ? verb : `${verb} ${route}`,
    attributes: {
      'http.request.method': method === 'other' ? '_OTHER' : method,
      'http.route': route === 'none' ? undefined : route,
      'http.response.status_code': statusCode,
      'url.scheme': scheme,
      'novacron.request.id': requestId,
      'novacron.tenant.id': context?.principal.tenantId,
      'novacron.client': context?.client,
      'error.type': isError ? String(statusCode) : undefined,
    },
    ...(isError ? { status: { kind: 'error', message: String(statusCode) } } : {}),
  });
}

/**
 * Returns the route that the router matched, such as `/api/v2/vms/:id`; all other paths share a
 * single name.
 */
function routeOf(request: ExchangeRequest): string {
  const path: unknown = request.route?.path;
  return typeof path === 'string' ? `${request.baseUrl}${path}` : 'none';
}

function countOf(calls: RequestScope['calls']): number {
  let count = 0;
  for (const times of calls.values()) count += times;
  return count;
}

function namesOf(calls: RequestScope['calls']): string {
  const names = [...calls.keys()];
  const shown = names.slice(0, OPERATIONS_SHOWN_MAX).join(' ');
  return names.length > OPERATIONS_SHOWN_MAX ? `${shown} …` : shown;
}
