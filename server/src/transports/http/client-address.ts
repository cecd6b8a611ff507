/** Finds the address of the client behind trusted reverse proxies. */
import { BlockList, isIP } from 'node:net';

/** Parts of a request from which the client address is read. */
interface AddressedRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headersDistinct: NodeJS.Dict<string[]>;
}

/**
 * The header in which proxies name the client. Only one is read: a proxy that writes the one passes
 * the other on as the client sent it.
 */
export type ForwardedHeader = 'x-forwarded-for' | 'forwarded';

/** The proxies that are believed. */
export interface TrustedProxies {
  /** Whether an address is one of them. */
  readonly has: (address: string) => boolean;
  /** The header that all of them write. */
  readonly header: ForwardedHeader;
}

/** More hops than this are not a chain of proxies. */
const HOPS_MAX = 32;

/** The length of a header that is read. Unit: characters. */
const HEADER_LENGTH_MAX = 2_048;

/**
 * Makes the set of proxies.
 * @param blocks - IP addresses, or blocks in CIDR notation; validated by the configuration
 * @param header - the header that they write; other headers are ignored
 */
export function trustProxies(blocks: readonly string[], header: ForwardedHeader): TrustedProxies {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/', 2);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    header,
    has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)),
  };
}

/** No proxy is trusted, so no header is believed. */
export const NO_PROXIES: TrustedProxies = { has: () => false, header: 'x-forwarded-for' };

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/**
 * The address of the client: that of the connection, or, where this is a trusted proxy, the
 * rightmost address that is not one, of the header that the proxies write: `X-Forwarded-For` or
 * `Forwarded` (RFC 7239). What stands to the left of it was written by the client and proves
 * nothing.
 * @returns an IP address in its usual form; empty where the connection is gone already
 */
export function clientAddressOf(request: AddressedRequest, proxies: TrustedProxies): string {
  let address = plainAddress(request.socket.remoteAddress ?? '');
  if (!proxies.has(address)) return address;
  for (const hop of hopsOf(request.headersDistinct, proxies.header).reverse().slice(0, HOPS_MAX)) {
    const named = plainAddress(hop);
    // A hop without an address ends the chain: the proxy before it is all that is known.
    if (isIP(named) === 0) return address;
    address = named;
    if (!proxies.has(address)) return address;
  }
  return address;
}

/** The hops as proxies have written them, the nearest last. */
function hopsOf(headers: AddressedRequest['headersDistinct'], header: ForwardedHeader): string[] {
  const elements = splitList(headers[header]?.join(',') ?? '');
  if (header === 'x-forwarded-for') return elements;
  return elements.map((element) => /(?:^|;)\s*for=("[^"]*"|[^;]*)/i.exec(element)?.[1] ?? '');
}

/** The elements of a header that is a list; its end counts, so a long one loses its beginning. */
function splitList(text: string): string[] {
  return text
    .slice(-HEADER_LENGTH_MAX)
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

/** An address without quotes, brackets and port, and as IPv4 where IPv6 only carries it. */
function plainAddress(text: string): string {
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const host = /^\[([^\]]*)\](?::\d+)?$/.exec(bare)?.[1] ?? bare.replace(/^([\d.]+):\d+$/, '$1');
  return host.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
