/** REST: an express router with one route for each row of the operations table. */
import { type OperationName, operationNames, operationRow } from '@novacron/contract/operations';
import { problem } from '@novacron/contract/problem';
import express, { type Router } from 'express';
import { type Core, dispatch } from '../dispatch.ts';
import { contextOf, type ExchangeHandler } from '../exchange.ts';
import { collectBody } from '../read-body.ts';
import { readInput } from './read-input.ts';
import { sendAnswer } from './send-answer.ts';
import { sendProblem } from './send-problem.ts';

/** The router for everything below `/api/v2`; its callers are authenticated already. */
export function createRestRouter(core: Core): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(collectBody());
  for (const [path, names] of groupByPath()) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const name of names) {
      const handler = handleOperation(core, name);
      switch (operationRow(name).rest.method) {
        case 'GET':
          route.get(handler);
          break;
        case 'POST':
          route.post(handler);
          break;
        case 'PATCH':
          route.patch(handler);
          break;
        case 'DELETE':
          route.delete(handler);
          break;
      }
    }
    route.all(refuseMethod(names.map((name) => operationRow(name).rest.method)));
  }
  return router;
}

function groupByPath(): ReadonlyMap<string, readonly OperationName[]> {
  const groups = new Map<string, OperationName[]>();
  for (const name of operationNames()) {
    const { path } = operationRow(name).rest;
    groups.set(path, [...(groups.get(path) ?? []), name]);
  }
  return groups;
}

function handleOperation(core: Core, name: OperationName): ExchangeHandler {
  const row = operationRow(name);
  return async (request, response) => {
    const input = readInput(row, request);
    if (!input.ok) return sendProblem(response, input.error);
    const context = contextOf(response);
    const answer = await dispatch(core, { name, rawInput: input.value, context });
    if (!answer.ok) return sendProblem(response, answer.error);
    sendAnswer(response, row, answer.value);
  };
}

const METHOD_NOT_ALLOWED_STATUS = 405;
const NO_CONTENT_STATUS = 204;

/**
 * Answers a method that a path does not have with the list of those it has.
 * @param methods - the methods of the path; where GET is, HEAD works too
 */
export function refuseMethod(methods: readonly string[]): ExchangeHandler {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    response.set('Allow', allowed);
    if (request.method === 'OPTIONS') {
      response.status(NO_CONTENT_STATUS).end();
      return;
    }
    const found = problem('method-not-found', {
      detail: `${request.method} is not possible here; the path knows ${allowed}.`,
      remedy: 'Use one of these methods, or look the operation up in /openapi.json.',
      data: { allowed: [...methods] },
    });
    sendProblem(response, found, METHOD_NOT_ALLOWED_STATUS);
  };
}
