/** Whether a guest answers over HTTP. Nothing of its answer but the status is looked at. */
import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { limitConnection } from './limit-connection.ts';
import type { GuestPlace } from './probe-port.ts';

/** Request of an HTTP probe. */
export interface HttpProbe extends GuestPlace {
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly tls: boolean;
  /** Unit: ms. */
  readonly timeoutMs: number;
}

/** Headers of a guest that has gone wrong may be endless. Unit: bytes. */
const HEADER_BYTES_MAX = 16_384;

/** And so may be what comes before its answer, such as messages of TLS. Unit: bytes. */
const CONNECTION_BYTES_MAX = 65_536;

const STATUS_MIN = 200;
const STATUS_MAX = 399;

/**
 * Asks once, with GET; never rejects. Redirects are not followed: a guest must not send the node to
 * addresses that only the node reaches. Certificates of guests are their own affair.
 * @returns undefined where it passed; otherwise what was seen, a clause for people
 */
export function probeHttp(probe: HttpProbe): Promise<string | undefined> {
  const { host, localAddress, port, path, tls, timeoutMs } = probe;
  return new Promise((resolve) => {
    const open = () => {
      const limited = limitConnection(
        connect({ host, port, ...(localAddress && { localAddress }) }),
        {
          bytesMax: CONNECTION_BYTES_MAX,
          onExcess: () => end(`sends more than ${CONNECTION_BYTES_MAX} bytes before its answer`),
        },
      );
      return tls ? connectTls({ socket: limited, rejectUnauthorized: false }) : limited;
    };
    const options = {
      host,
      port,
      path,
      createConnection: open,
      maxHeaderSize: HEADER_BYTES_MAX,
      headers: { 'user-agent': 'novacron-health-check', connection: 'close' },
    };
    let sent: ClientRequest | undefined;
    const end = (seen: string | undefined): void => {
      clearTimeout(timer);
      sent?.destroy();
      resolve(seen);
    };
    const timer = setTimeout(() => end(`does not answer within ${timeoutMs} ms`), timeoutMs);
    try {
      sent = (tls ? requestHttps : requestHttp)(options);
    } catch {
      end(`cannot be asked for ${path}`);
      return;
    }
    sent.on('response', ({ statusCode = 0 }) =>
      end(
        statusCode >= STATUS_MIN && statusCode <= STATUS_MAX ? undefined : `answers ${statusCode}`,
      ),
    );
    sent.on('error', (cause: NodeJS.ErrnoException) => end(wordsOf(cause)));
    sent.end();
  });
}

function wordsOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'refuses the connection';
  return code === 'ECONNRESET' ? 'closes the connection' : `cannot be asked: ${message}`;
}
