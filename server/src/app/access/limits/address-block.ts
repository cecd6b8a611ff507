/** The part of an address by which limits count. */

/** Groups of an IPv6 address that name a network of one customer (RFC 6177: a /64 or more). */
const NETWORK_GROUPS = 4;

/** Bits of a group. */
const GROUP_BITS = 16;

/**
 * Lengths of IPv6 prefixes: of the largest block of a customer, and of the smallest block of a
 * provider.
 */
const SITE_GROUPS = 3;
const RANGE_GROUPS = 2;

/** IPv4 over IPv6 (RFC 4291, section 2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/**
 * The block of addresses that one client can have: an IPv4 address by itself, of IPv6 its /64,
 * because a client that has one address of that usually has all 2^64 of them.
 * @param address - an IP address; any other text stays as it is
 */
export function addressBlockOf(address: string): string {
  if (!address.includes(':')) return address;
  return blockOf(address, NETWORK_GROUPS);
}

/**
 * The networks around an address, the smaller one first: /24 and /16 of IPv4, /48 and /32 of IPv6.
 * @param address - an IP address; any other text is its own network
 */
export function networksOf(address: string): readonly [string, string] {
  const bare = address.replace(MAPPED, '');
  if (bare.includes(':')) return [blockOf(bare, SITE_GROUPS), blockOf(bare, RANGE_GROUPS)];
  const parts = bare.split('.');
  return [`${parts.slice(0, 3).join('.')}/24`, `${parts.slice(0, 2).join('.')}/16`];
}

function blockOf(address: string, count: number): string {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = Math.max(0, 2 * NETWORK_GROUPS - groups.length - behind.length);
  const all = tail === undefined ? groups : [...groups, ...Array(missing).fill('0'), ...behind];
  const network = all.slice(0, count).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/${count * GROUP_BITS}`;
}
