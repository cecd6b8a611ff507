/** `/healthz` and `/readyz`: no key, no limit, nothing that waits. */
import express, { type Router } from 'express';
import {
  ALIVE,
  type HealthAnswer,
  type Readiness,
  readinessAnswer,
} from '../../app/platform/readiness/readiness.ts';
import { refuseMethod } from '../http/create-router.ts';
import type { ExchangeHandler, ExchangeResponse } from '../http/exchange.ts';
import { PROBLEM_MEDIA_TYPE } from '../http/send-problem.ts';

const ERROR_STATUS_MIN = 400;

/** The routes of health. */
export function createHealthRouter(readiness: () => Readiness): Router {
  const router = express.Router({ caseSensitive: true });
  const answers: Readonly<Record<string, ExchangeHandler>> = {
    '/healthz': (_request, response) => send(response, ALIVE),
    '/readyz': (_request, response) => send(response, readinessAnswer(readiness())),
  };
  for (const [path, handler] of Object.entries(answers)) {
    router
      .route(path)
      .get(handler)
      .all(refuseMethod(['GET']));
  }
  return router;
}

function send(response: ExchangeResponse, { status, body }: HealthAnswer): void {
  const isProblem = status >= ERROR_STATUS_MIN;
  const { requestId } = response.locals;
  const type = isProblem ? PROBLEM_MEDIA_TYPE : 'application/json';
  const text = JSON.stringify(isProblem ? { ...body, instance: requestId } : body);
  response.status(status).set('Content-Type', type).end(text);
}
