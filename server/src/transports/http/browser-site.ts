/**
 * Address at which browsers reach the server, which decides whether they get sessions, and in which
 * cookie.
 */
import { isLoopbackHost } from '@novacron/contract/link-tls';

/** Known facts about the server's own address. */
export interface SiteOptions {
  readonly scheme: 'http' | 'https';
  /** The host that it listens on. */
  readonly host: string;
  /** The URL under which browsers reach it; undefined: the host that they name. */
  readonly publicUrl?: string | undefined;
  /** Distinguishes servers of one machine, whose cookies are not kept apart by their ports. */
  readonly deployment?: string | undefined;
}

/** A site whose browsers have sessions. */
export interface SessionSite {
  readonly kind: 'sessions';
  /** `secure`: over TLS; `loopback`: in clear, on one machine. */
  readonly link: 'secure' | 'loopback';
  readonly cookieName: string;
  /** Cookies of sign-ins at an issuer begin with it, one each; they live for minutes. */
  readonly attemptCookieName: string;
  /** The cookie of why one failed. */
  readonly failureCookieName: string;
  /** The origin of its pages, for the Host header of a request. */
  readonly originOf: (host: string | undefined) => string;
  readonly publicUrl: string | undefined;
}

/** Reason why sessions are not available. */
export type SiteRefusal = 'insecure-listen' | 'foreign-host';

/** A site as browsers reach it. */
export type BrowserSite = SessionSite | { readonly kind: 'none'; readonly reason: SiteRefusal };

/**
 * The site of one request. In clear, a server has sessions only under a name of this machine: any
 * other name means that a proxy passes the cookie on in clear, or that a name of another site now
 * leads here (DNS rebinding).
 * @param host - the Host header
 */
export function siteAt(site: BrowserSite, host: string | undefined): BrowserSite {
  if (site.kind === 'none' || site.link === 'secure' || namesThisMachine(host)) return site;
  return { kind: 'none', reason: 'foreign-host' };
}

function namesThisMachine(host: string | undefined): boolean {
  const url = `http://${host ?? ''}`;
  return host !== undefined && URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

/** Browsers accept it only from this very host, over TLS and for all its paths (RFC 6265bis). */
const SECURE_PREFIX = '__Host-';

/** Decides whether there are sessions: never where others can read the cookie. */
export function describeSite({ scheme, host, publicUrl, deployment }: SiteOptions): BrowserSite {
  const outside = publicUrl === undefined ? undefined : new URL(publicUrl);
  const isSecure = outside === undefined ? scheme === 'https' : outside.protocol === 'https:';
  const isHere = isLoopbackHost(host) && isLoopbackHost(outside?.hostname ?? host);
  if (!isSecure && !isHere) return { kind: 'none', reason: 'insecure-listen' };
  const nameCookie = (name: string): string =>
    isSecure ? `${SECURE_PREFIX}${name}` : `${name}_${deployment ?? 'local'}`;
  return {
    kind: 'sessions',
    link: isSecure ? 'secure' : 'loopback',
    cookieName: nameCookie('novacron_session'),
    attemptCookieName: nameCookie('novacron_sign_in'),
    failureCookieName: nameCookie('novacron_sign_in_failure'),
    originOf: (named = '') => outside?.origin ?? `${scheme}://${named.toLowerCase()}`,
    publicUrl,
  };
}
