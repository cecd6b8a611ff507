/** Sends one HTTP request through the guard of addresses, and reads a part of the answer. */
import { type IncomingHttpHeaders, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { type AddressGuard, type HostTrust, RefusedAddress } from './guard-addresses.ts';

/** One request. */
export interface GuardedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly trust: HostTrust;
  /** Certificate authority of the server, PEM; undefined: those that Node.js knows. */
  readonly ca?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Maximum part of the body to read; the rest is ignored. Unit: bytes. */
  readonly bodyBytesMax: number;
}

/** An answer as it was read. */
export interface GuardedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly isCut: boolean;
}

/**
 * Sends it, without redirects, proxies and reused connections.
 * Rejects with a {@link RefusedAddress} where nothing was sent, and with the error of Node.js.
 */
export function sendRequest(
  guard: AddressGuard,
  { url, method, headers, body, trust, ca, signal, bodyBytesMax }: GuardedRequest,
): Promise<GuardedAnswer> {
  return new Promise((resolve, reject) => {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new RefusedAddress(`${url.protocol} is neither http: nor https:`);
    }
    // An address is connected to as it is: no lookup would see it.
    guard.checkLiteral(url.hostname, trust);
    const options = {
      method,
      // Without it, a body of a GET request would have no length, and could pass for a second one.
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body ?? '')) },
      lookup: guard.lookupFor(trust),
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    let isAnswered = false;
    const take = (incoming: IncomingMessage) => {
      isAnswered = true;
      readBody(incoming, bodyBytesMax).then(resolve, reject);
    };
    const outgoing =
      url.protocol === 'https:'
        ? secure(url, { ...options, ...(ca === undefined ? {} : { ca }) }, take)
        : plain(url, options, take);
    outgoing.on('error', reject);
    outgoing.on('close', () => {
      if (!isAnswered) reject(new Error('the connection ended without an answer'));
    });
    outgoing.end(body);
  });
}

async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<GuardedAnswer> {
  const { statusCode: status = 0, headers } = incoming;
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (bytesMax > 0) {
    for await (const chunk of incoming) {
      const part: Buffer = Buffer.from(chunk);
      chunks.push(part.subarray(0, Math.max(0, bytesMax - bytes)));
      bytes += part.byteLength;
      if (bytes > bytesMax) break;
    }
  }
  incoming.destroy();
  return { status, headers, body: Buffer.concat(chunks), isCut: bytes > bytesMax };
}
