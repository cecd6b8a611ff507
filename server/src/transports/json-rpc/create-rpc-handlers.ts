/** JSON-RPC over HTTP: what stands behind `POST /rpc`. */

import { RPC_CODES } from '@novacron/contract/client/json-rpc';
import type { RequestId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Core } from '../dispatch/dispatch.ts';
import { contextOf, type ExchangeHandler, type ExchangeRequest } from '../http/exchange.ts';
import { collectBody, readJsonBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';
import { answerRpc } from './answer-rpc.ts';
import { toRpcError } from './problem-code.ts';

const NO_CONTENT_STATUS = 204;

/**
 * The handlers of the endpoint. Whatever JSON-RPC has an answer for is answered with HTTP 200;
 * a body that is not JSON by its media type, or too large, is an HTTP problem.
 */
export function createRpcHandlers(core: Core): ExchangeHandler[] {
  return [collectBody(), handleRpc(core)];
}

function handleRpc(core: Core): ExchangeHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const payload = readPayload(request);
    if (!payload.ok && payload.error.code !== 'validation-failed') {
      return sendProblem(response, payload.error);
    }
    const text = payload.ok
      ? await answerRpc(core, payload.value, context)
      : refusePayload(payload.error, context.requestId);
    if (text === undefined) {
      response.status(NO_CONTENT_STATUS).end();
      return;
    }
    response.status(200).set('Content-Type', 'application/json').end(text);
  };
}

/** The body as JSON; an empty one is no JSON text either. */
function readPayload(request: ExchangeRequest): Result<unknown, Problem> {
  const payload = readJsonBody(request);
  if (!payload.ok || payload.value !== undefined) return payload;
  return err(
    problem('validation-failed', {
      detail: 'The request has no body.',
      remedy: 'Send a JSON-RPC 2.0 request, or an array of them, as JSON.',
    }),
  );
}

function refusePayload(found: Problem, requestId: RequestId): string {
  return JSON.stringify(toRpcError({ id: null, found, requestId, code: RPC_CODES.parseError }));
}
