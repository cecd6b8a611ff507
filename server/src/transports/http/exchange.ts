/** The context of one HTTP exchange: its id, an abort signal, and the caller. */
import type { RequestId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import { parseTraceparent, TRACEPARENT } from '@novacron/contract/trace-context';
import { NO_TRACER, type Span } from '@novacron/tracing/tracer';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import {
  beginRequest,
  type CallContext,
  type RequestScope,
} from '../../app/kernel/context/call-context.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { clientAddressOf, NO_PROXIES, type TrustedProxies } from './client-address.ts';

/** The header that names a request in every answer. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

interface ExchangeLocals {
  requestId: RequestId;
  /** Behind trusted proxies too. */
  clientAddress: string;
  signal: AbortSignal;
  /** Shared by the calls of the exchange. */
  request: RequestScope;
  span: Span;
  /** Set once the caller is known. */
  context?: CallContext;
}

/** An express response that carries its exchange. */
export type ExchangeResponse = Response<unknown, ExchangeLocals>;

/** An express handler that knows its exchange. */
export type ExchangeHandler = RequestHandler<
  Request['params'],
  unknown,
  unknown,
  unknown,
  ExchangeLocals
>;

/** The request that such a handler gets. */
export type ExchangeRequest = Parameters<ExchangeHandler>[0];

/** The handler of what the ones before it threw. */
export type ExchangeFaultHandler = ErrorRequestHandler<
  Request['params'],
  unknown,
  unknown,
  unknown,
  ExchangeLocals
>;

/**
 * Gives every exchange an id of our own, whatever id the caller sends, a span in the caller's trace
 * or a new one, and a signal that aborts when the caller hangs up before the answer is out.
 */
export function beginExchange(
  core: Core & { readonly trustedProxies?: TrustedProxies },
): ExchangeHandler {
  const { tracer = NO_TRACER, trustedProxies = NO_PROXIES } = core;
  return (request, response, next) => {
    const aborter = new AbortController();
    response.locals.requestId = core.application.nextRequestId();
    response.locals.clientAddress = clientAddressOf(request, trustedProxies);
    response.locals.signal = aborter.signal;
    response.locals.request = beginRequest();
    response.locals.span = tracer.startSpan({
      name: 'HTTP',
      kind: 'server',
      parent: tracer.accept(parseTraceparent(request.get(TRACEPARENT))),
    });
    response.set(REQUEST_ID_HEADER, response.locals.requestId);
    response.set('Cache-Control', 'no-store');
    response.once('close', () => {
      if (!response.writableFinished) aborter.abort();
    });
    next();
  };
}

/** The caller of an exchange; only handlers behind `authenticate` may ask. */
export function contextOf(response: ExchangeResponse): CallContext {
  const { context } = response.locals;
  assert(context !== undefined, 'a handler behind authentication runs without a caller');
  return context;
}
