/** Addresses of servers as people write them. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';

/** Default address of `novacron server`. */
export const ENDPOINT_DEFAULT = 'http://127.0.0.1:7480';

/** A value and the place that it was found in, in words: `NOVACRON_ENDPOINT`. */
export interface Sourced<Value> {
  readonly value: Value;
  readonly source: string;
}

/**
 * Reads an address. Failures: wrong usage, with the source of the text.
 * @returns the address without a slash at its end
 */
export function parseEndpoint({ value: text, source }: Sourced<string>): Result<URL, Failure> {
  const refuse = (why: string) =>
    err(usageFailure(`the endpoint ${JSON.stringify(text)} (${source}) ${why}`));
  const example = `as in ${ENDPOINT_DEFAULT}`;
  if (!/^https?:\/\//i.test(text)) return refuse(`must begin with http:// or https://, ${example}`);
  if (!URL.canParse(text)) return refuse(`is not an address, ${example}`);
  const endpoint = new URL(text);
  if (endpoint.username !== '' || endpoint.password !== '') {
    const why = 'must not contain a user name or password; use an API key';
    return err(usageFailure(`the endpoint (${source}) ${why}`));
  }
  if (endpoint.search !== '' || endpoint.hash !== '') {
    return refuse(`must not have a query or a fragment, ${example}`);
  }
  endpoint.pathname = endpoint.pathname.replace(/\/+$/, '');
  return ok(endpoint);
}

/** The text of an address, without a slash at its end. */
export function endpointText(endpoint: URL): string {
  return endpoint.href.replace(/\/$/, '');
}
