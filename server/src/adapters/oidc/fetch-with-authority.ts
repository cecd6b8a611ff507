/** Requests over HTTPS that trust one certificate authority, which the global fetch cannot. */
import { request } from 'node:https';

/** What is read of a request: the part of fetch's options that OpenID Connect needs. */
export interface FetchOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request as the global fetch does; it follows no redirects. */
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;

/** More than any answer of an issuer. Unit: bytes. */
const ANSWER_BYTES_MAX = 262_144;

/** Statuses whose answers have no body; `Response` refuses one there. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Makes it. Rejects where the server cannot be reached, or its certificate is not of the authority.
 * @param ca - certificates of the authority, PEM
 */
export function fetchWithAuthority(ca: string): Fetch {
  return (url, { method = 'GET', headers = {}, body, signal }) =>
    new Promise((resolve, reject) => {
      if (new URL(url).protocol !== 'https:') {
        reject(new Error(`${url} is not HTTPS`));
        return;
      }
      const outgoing = request(url, { method, headers, ca, signal, agent: false }, (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > ANSWER_BYTES_MAX) incoming.destroy(new Error(`${url} answered too much`));
          else chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { statusCode: status = 0 } = incoming;
          const text = WITHOUT_BODY.has(status) ? null : Buffer.concat(chunks).toString();
          const type = incoming.headers['content-type'];
          const received = new Headers(type === undefined ? {} : { 'content-type': type });
          resolve(new Response(text, { status, headers: received }));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}
