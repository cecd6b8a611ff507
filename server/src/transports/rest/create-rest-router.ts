/** REST: an express router with one route for each row of the operations table. */
import { type OperationName, operationNames, operationRow } from '@novacron/contract/operations';
import type { Router } from 'express';
import { type Core, dispatch } from '../dispatch.ts';
import { contextOf, type ExchangeHandler } from '../exchange.ts';
import { createRouter } from './create-router.ts';
import { readInput } from './read-input.ts';
import { sendAnswer } from './send-answer.ts';
import { sendProblem } from './send-problem.ts';

/** The router for everything below `/api/v2`; its callers are authenticated already. */
export function createRestRouter(core: Core): Router {
  return createRouter(
    operationNames().map((name) => {
      const { method, path } = operationRow(name).rest;
      return { method, path, handler: handleOperation(core, name) };
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
