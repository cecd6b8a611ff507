/** Answers what is not even HTTP, or too much of it, with a problem document. */
import type { Duplex } from 'node:stream';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { PROBLEM_MEDIA_TYPE } from './send-problem.ts';

/**
 * Handles node's `clientError`: there is no request to answer, only a socket to write to. The
 * document has no request id, because no request has begun.
 */
export function answerClientError(cause: Error & { code?: string }, socket: Duplex): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { line, detail } = describe(cause.code);
  const found = problem('validation-failed', {
    detail,
    remedy: 'Send a well-formed HTTP/1.1 request with fewer or shorter headers.',
  });
  const body = JSON.stringify({ ...toProblemDocument(found), status: Number.parseInt(line, 10) });
  const head = [
    `HTTP/1.1 ${line}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function describe(code: string | undefined): { readonly line: string; readonly detail: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        line: '431 Request Header Fields Too Large',
        detail: 'The headers of the request are too large.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { line: '408 Request Timeout', detail: 'The request did not arrive in time.' };
    default:
      return { line: '400 Bad Request', detail: 'Not an HTTP request.' };
  }
}
