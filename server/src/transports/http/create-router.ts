/** An express router from a list of routes: what both generations of REST have in common. */

import { problem } from '@novacron/contract/problem/problem';
import { groupBy } from '@novacron/runtime/group-by';
import express, { type Router } from 'express';
import type { ExchangeHandler } from './exchange.ts';
import { collectBody } from './read-body.ts';
import { sendProblem } from './send-problem.ts';

/** One method of one path. */
export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{id}` stands for a part of the path. */
  readonly path: string;
  readonly handler: ExchangeHandler;
  /** Runs before the handlers of the whole path, also where the method is refused. */
  readonly before?: ExchangeHandler;
}

/** Makes the router; methods that a path does not have are refused with those that it has. */
export function createRouter(routes: readonly RestRoute[]): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(collectBody());
  for (const [path, ofPath] of groupBy(routes, (route) => route.path)) {
    const place = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { method, handler, before } of ofPath) {
      if (before !== undefined) place.all(before);
      switch (method) {
        case 'GET':
          place.get(handler);
          break;
        case 'POST':
          place.post(handler);
          break;
        case 'PATCH':
          place.patch(handler);
          break;
        case 'DELETE':
          place.delete(handler);
          break;
      }
    }
    place.all(refuseMethod(ofPath.map(({ method }) => method)));
  }
  return router;
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
      detail: `This path does not support ${request.method}; it supports ${allowed}.`,
      remedy: 'Use one of these methods; /openapi.json lists all operations.',
      data: { allowed: [...methods] },
    });
    sendProblem(response, found, METHOD_NOT_ALLOWED_STATUS);
  };
}
