/** Cookies as RFC 6265 has them: read strictly, written with everything that protects them. */
import type { SessionSite } from './browser-site.ts';

/** Result of reading a cookie by name. */
export type CookieReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'one'; readonly value: string }
  /** Another site of the same host has set one as well: which of them is ours cannot be said. */
  | { readonly kind: 'several' };

/** Reads a cookie by its exact name. */
export function readCookie(header: string | undefined, name: string): CookieReading {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  const [value] = values;
  if (value === undefined) return { kind: 'absent' };
  return values.length === 1 ? { kind: 'one', value } : { kind: 'several' };
}

const MS_PER_SECOND = 1_000;

/** A cookie that no script reads. */
interface HiddenCookie {
  readonly name: string;
  readonly value: string;
  /** Maximum lifetime; 0 removes the cookie. Unit: ms. */
  readonly leftMs: number;
  /**
   * `Lax` where it has to come with a redirect from an issuer, which is another site; `Strict`
   * otherwise.
   */
  readonly sameSite: 'Strict' | 'Lax';
}

/** The value of a Set-Cookie header. */
export function hiddenCookie(
  { link }: Pick<SessionSite, 'link'>,
  { name, value, leftMs, sameSite }: HiddenCookie,
): string {
  const maxAgeS = Math.max(0, Math.floor(leftMs / MS_PER_SECOND));
  const parts = [`${name}=${value}`, 'Path=/', `Max-Age=${maxAgeS}`, 'HttpOnly'];
  return [...parts, `SameSite=${sameSite}`, ...(link === 'secure' ? ['Secure'] : [])].join('; ');
}

/**
 * The value of a Set-Cookie header for a session.
 * @param leftMs - how long the session lasts at most; 0 removes it
 */
export function sessionCookie(site: SessionSite, secret: string, leftMs: number): string {
  return hiddenCookie(site, { name: site.cookieName, value: secret, leftMs, sameSite: 'Strict' });
}
