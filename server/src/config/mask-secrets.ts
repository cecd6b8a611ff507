/** Addresses without what must not be shown. */

/** Replacement for a secret. */
const MASK = '***';

/** Protocols whose user is a name, by which people recognize what is configured. */
const NAMED_PROTOCOLS: ReadonlySet<string> = new Set(['postgres:', 'postgresql:']);

/** Protocols that take a name without a password for a token. */
const TOKEN_PROTOCOLS: ReadonlySet<string> = new Set(['nats:', 'tls:']);

/**
 * Hides the secrets of an address: who signs in and with what, each value of its query whatever
 * its name (receivers call it `token`, `api-key`, `sig` and more), and its fragment.
 * @param address - a valid address; other words, such as `memory`, hold no secrets
 */
export function maskSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (!showsUser(url) && url.username !== '') url.username = MASK;
  if (url.password !== '') url.password = MASK;
  if (url.search !== '') url.search = url.search.slice(1).split('&').map(maskParameter).join('&');
  if (url.hash !== '') url.hash = MASK;
  return url.href;
}

function showsUser({ protocol, password }: URL): boolean {
  return NAMED_PROTOCOLS.has(protocol) || (TOKEN_PROTOCOLS.has(protocol) && password !== '');
}

/** A parameter without a value may be the secret itself. */
function maskParameter(parameter: string): string {
  const at = parameter.indexOf('=');
  return at < 0 ? MASK : `${parameter.slice(0, at)}=${MASK}`;
}
