/** Answers on a bare socket, where there is no response to write to. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { REQUEST_ID_HEADER } from './exchange.ts';
import { PROBLEM_MEDIA_TYPE, problemHeaders } from './send-problem.ts';

/** Refusal to write to the socket. */
export interface SocketRefusal {
  readonly found: Problem;
  readonly requestId: string;
  /** Another HTTP status than that of the problem, where the protocol has a closer one. */
  readonly status?: number;
  /** Headers besides those of every problem. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Writes a problem document (RFC 9457) as the last answer of a connection.
 * @param onWritten - called when the system has the whole answer
 */
export function writeProblem(
  socket: Duplex,
  { found, requestId, status, headers = {} }: SocketRefusal,
  onWritten?: () => void,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const document = toProblemDocument(found, requestId);
  const body = JSON.stringify({ ...document, status: status ?? document.status });
  const fields = {
    'Content-Type': PROBLEM_MEDIA_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    [REQUEST_ID_HEADER]: requestId,
    'Cache-Control': 'no-store',
    ...problemHeaders(found),
    ...headers,
    Connection: 'close',
  };
  const code = status ?? document.status;
  const head = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? 'Refused'}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, onWritten);
}
