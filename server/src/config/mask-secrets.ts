/** Addresses without what must not be shown. */

/** What stands in the place of a secret. */
const MASK = '***';

/** Parameters that hold secrets: PostgreSQL takes `password` and `sslpassword`. */
const SECRET_PARAMETER = /password/i;

/** Protocols that take a name without a password for a token. */
const TOKEN_PROTOCOLS: ReadonlySet<string> = new Set(['nats:', 'tls:']);

/**
 * Hides the secrets of an address: its password, its token, its secret parameters.
 * @param address - a valid address; other words, such as `memory`, hold no secrets
 */
export function maskSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.password !== '') url.password = MASK;
  else if (url.username !== '' && TOKEN_PROTOCOLS.has(url.protocol)) url.username = MASK;
  for (const name of [...url.searchParams.keys()]) {
    if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, MASK);
  }
  return url.href;
}
