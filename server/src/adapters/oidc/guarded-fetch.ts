/** Requests to an issuer, through the guard of addresses, as openid-client and fetch take them. */
import type { AddressGuard } from '../egress/guard-addresses.ts';
import { sendRequest } from '../egress/send-request.ts';

/** What is read of a request: the part of fetch's options that OpenID Connect needs. */
export interface FetchOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request as the global fetch does; it follows no redirects. */
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;

/** More than any answer of an issuer; hundreds of keys are less. Unit: bytes. */
const ANSWER_BYTES_MAX = 262_144;

/** Statuses whose answers have no body; `Response` refuses one there. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Makes it. It rejects where the server cannot be reached or answers too much. The issuer's own
 * host may be in a private network, since the operator names it; what its documents name may not.
 * @param of - the issuer, and the certificates of its authority (PEM), which HTTP would not check
 */
export function guardedFetch(
  guard: AddressGuard,
  { issuer, ca }: { readonly issuer: string; readonly ca?: string | undefined },
): Fetch {
  const { hostname } = new URL(issuer);
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
