/** Requests to a server that the operator names, through the guard of addresses, as of fetch. */
import type { AddressGuard } from './guard-addresses.ts';
import { sendRequest } from './send-request.ts';

/** Supported request options: a subset of the options of fetch. */
export interface FetchOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request as the global fetch does; it follows no redirects. */
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;

/** More than hundreds of keys of an issuer, or a secret of Vault with many fields. Unit: bytes. */
const ANSWER_BYTES_MAX = 262_144;

/** Statuses whose answers have no body; `Response` refuses one there. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Makes it. It rejects where the server cannot be reached or answers too much. The host that the
 * operator names may be in a private network; what its answers name may not.
 * @param of - the server, and the certificates of its authority (PEM), which HTTP would not check
 */
export function guardedFetch(
  guard: AddressGuard,
  { server, ca }: { readonly server: string; readonly ca?: string | undefined },
): Fetch {
  const { hostname } = new URL(server);
  return async (text, { method = 'GET', headers = {}, body, signal }) => {
    const url = new URL(text);
    if (ca !== undefined && url.protocol !== 'https:') throw new Error(`${text} is not HTTPS`);
    const trust = url.hostname === hostname ? 'named' : 'public';
    const bodyBytesMax = ANSWER_BYTES_MAX;
    const sent = { url, method, headers, body, signal, ca, trust, bodyBytesMax } as const;
    const answer = await sendRequest(guard, sent);
    if (answer.isCut) throw new Error(`${text} answered too much`);
    const received = WITHOUT_BODY.has(answer.status) ? null : answer.body.toString('utf8');
    const type = answer.headers['content-type'];
    return new Response(received, {
      status: answer.status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  };
}
