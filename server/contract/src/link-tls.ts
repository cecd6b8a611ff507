/** TLS settings of links, and which links need no TLS. */

/** The least version of TLS on a link, in Node's words. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** The default of every link. */
export const TLS_VERSION_DEFAULT: TlsVersion = 'TLSv1.3';

/**
 * Whether an address never leaves this machine. A name is believed only if it is `localhost`: what
 * another one resolves to is decided elsewhere.
 * @param host - a name or an address, IPv6 with or without its brackets
 */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

/** Encryption of a link. Files are PEM. */
export interface LinkTls {
  /** Trusted authorities; those that Node knows when absent. */
  readonly caFile?: string;
  /** Certificate of this side, with its key. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** `TLS_VERSION_DEFAULT` unless said. */
  readonly minVersion?: TlsVersion;
}
