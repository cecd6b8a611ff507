/** Answers what never becomes a request of the application, with a problem document. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem } from '@novacron/contract/problem/problem';
import type { GuardOptions } from './guard-connections.ts';
import { writeProblem } from './write-problem.ts';

/**
 * Makes the listener of node's `clientError`: what is not HTTP, or too much of it. There is no
 * request to answer, only a socket to write to.
 */
export function answerClientErrors({ application }: Pick<GuardOptions, 'application'>) {
  return (cause: Error & { code?: string }, socket: Duplex): void => {
    if (cause.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, detail } = describe(cause.code);
    const found = problem('validation-failed', {
      detail,
      remedy: 'Send a well-formed HTTP/1.1 request with fewer or shorter headers.',
    });
    writeProblem(socket, { found, requestId: application.nextRequestId(), status });
  };
}

function describe(code: string | undefined): { readonly status: number; readonly detail: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, detail: 'The headers of the request are too large.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, detail: 'The request did not arrive in time.' };
    default:
      return { status: 400, detail: 'Not an HTTP request.' };
  }
}

const METHOD_NOT_ALLOWED_STATUS = 405;

const METHODS = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS';

/**
 * Makes the listener of node's `connect`: without one node closes the connection without an answer.
 * Source: RFC 9110, section 9.3.6; an origin server need not be a proxy.
 */
export function refuseTunnels({ application }: Pick<GuardOptions, 'application'>) {
  return (_request: IncomingMessage, socket: Duplex): void => {
    // A socket that breaks before it is answered must not take the server with it.
    socket.on('error', () => undefined);
    const found = problem('method-not-found', {
      detail: 'This server is not a proxy: it does not support CONNECT.',
      remedy: 'Send the request itself to this server.',
    });
    writeProblem(
      socket,
      {
        found,
        requestId: application.nextRequestId(),
        status: METHOD_NOT_ALLOWED_STATUS,
        headers: { Allow: METHODS },
      },
      () => socket.destroy(),
    );
  };
}
