/** Answers an upgrade that is not taken with an HTTP problem document. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { PROBLEM_MEDIA_TYPE } from '../http/send-problem.ts';

/** Writes the answer and closes the socket. */
export function refuseUpgrade(
  socket: Duplex,
  refusal: { readonly found: Problem; readonly requestId: string },
): void {
  const document = toProblemDocument(refusal.found, refusal.requestId);
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? 'Refused'}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${refusal.requestId}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
