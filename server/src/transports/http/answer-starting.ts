/** Answers while the server starts: it is alive, and not ready for anything. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ALIVE, type Readiness, readinessAnswer } from '../../app/platform/readiness/readiness.ts';
import { REQUEST_ID_HEADER } from './exchange.ts';
import type { GuardOptions } from './guard-connections.ts';
import { PROBLEM_MEDIA_TYPE, problemHeaders } from './send-problem.ts';

/** Dependencies of the answers. */
export interface StartingOptions extends Pick<GuardOptions, 'application'> {
  /** Says what the server waits for. */
  readonly readiness: () => Readiness;
}

/** Makes the listener of requests that come before the application is there. */
export function answerStarting({ application, readiness }: StartingOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const isAlive = request.url?.split('?', 1)[0] === '/healthz';
    const state = readiness();
    const { status, body } = isAlive ? ALIVE : readinessAnswer(state);
    const isProblem = !isAlive && state.kind === 'not-ready';
    const requestId = application.nextRequestId();
    response.writeHead(status, {
      ...(isProblem ? problemHeaders(state.problem) : {}),
      'Content-Type': isProblem ? PROBLEM_MEDIA_TYPE : 'application/json',
      'Cache-Control': 'no-store',
      [REQUEST_ID_HEADER]: requestId,
      Connection: 'close',
    });
    response.end(JSON.stringify(isProblem ? { ...body, instance: requestId } : body));
  };
}
