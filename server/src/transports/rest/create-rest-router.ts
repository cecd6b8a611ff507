/** REST: an express router with one route for each row of the operations table. */
import {
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import type { Router } from 'express';
import { type Core, dispatch } from '../dispatch/dispatch.ts';
import { createRouter } from '../http/create-router.ts';
import { contextOf, type ExchangeHandler } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { readInput } from './read-input.ts';
import { sendAnswer } from './send-answer.ts';

/** The router for everything below `/api/v2`; its callers are authenticated already. */
export function createRestRouter(core: Core): Router {
  return routesBelow('', core);
}

/** Paths below this are served at the root as well. */
export const ORCHESTRATION_PREFIX = '/orchestration';

/** The router for everything below {@link ORCHESTRATION_PREFIX}. */
export function createOrchestrationRouter(core: Core): Router {
  return routesBelow(ORCHESTRATION_PREFIX, core);
}

function routesBelow(prefix: string, core: Core): Router {
  return createRouter(
    operationNames().flatMap((name) => {
      const { method, path } = operationRow(name).rest;
      if (!path.startsWith(`${prefix}/`)) return [];
      return [{ method, path: path.slice(prefix.length), handler: handleOperation(core, name) }];
    }),
  );
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
