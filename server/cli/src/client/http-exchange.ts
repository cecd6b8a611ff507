/** One HTTP request and its answer over node:http with connections that are kept alive. */
import http from 'node:http';
import https from 'node:https';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '../io/cli-io.ts';

/** A JSON text to send. */
interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Longest wait for the whole answer. Unit: milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Answer of the server, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Reason for a missing answer. */
export type ExchangeTrouble =
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'connection'; readonly code: string; readonly message: string };

/** Sends requests; holds connections until it is closed. */
export interface HttpExchange {
  readonly post: (request: HttpRequest) => Promise<Result<HttpAnswer, ExchangeTrouble>>;
  readonly close: () => void;
}

/** A longer answer would fill the memory; a full page of VMs has about 1 MiB. Unit: bytes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Makes an exchange. Its requests never reject. */
export function createHttpExchange(timers: Timers): HttpExchange {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });
  return {
    post: (request) =>
      new Promise((resolve) => {
        const isSecure = request.url.protocol === 'https:';
        const sent = (isSecure ? https : http).request(request.url, {
          method: 'POST',
          agent: isSecure ? secure : plain,
          headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
        });
        exchange(sent, request, timers, resolve);
      }),
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(
  sent: http.ClientRequest,
  request: HttpRequest,
  timers: Timers,
  resolve: (outcome: Result<HttpAnswer, ExchangeTrouble>) => void,
): void {
  const finish = (outcome: Result<HttpAnswer, ExchangeTrouble>) => {
    cancelDeadline();
    request.signal?.removeEventListener('abort', interrupt);
    resolve(outcome);
    if (!outcome.ok) sent.destroy();
  };
  const interrupt = () => finish(err({ kind: 'interrupted' }));
  const cancelDeadline = timers.after(request.timeoutMs, () =>
    finish(err({ kind: 'timeout', timeoutMs: request.timeoutMs })),
  );
  request.signal?.addEventListener('abort', interrupt, { once: true });
  // Stays for good: a destroyed request may still report an error, which is no longer needed.
  sent.on('error', (cause) => finish(err(connectionTrouble(cause))));
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) finish(err({ kind: 'too-large' }));
    });
    response.on('error', (cause) => finish(err(connectionTrouble(cause))));
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      finish(ok({ status: response.statusCode ?? 0, body }));
    });
  });
  if (request.signal?.aborted === true) interrupt();
  else sent.end(request.body);
}

function connectionTrouble(cause: Error): ExchangeTrouble {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { kind: 'connection', code, message: cause.message };
}
