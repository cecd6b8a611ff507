/** The part of an address by which limits count. */

/** Groups of an IPv6 address that name a network of one customer (RFC 6177: a /64 or more). */
const NETWORK_GROUPS = 4;

/**
 * The block of addresses that one client can have: an IPv4 address by itself, of IPv6 its /64,
 * because a client that has one address of that usually has all 2^64 of them.
 * @param address - an IP address; any other text stays as it is
 */
export function addressBlockOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = Math.max(0, 2 * NETWORK_GROUPS - groups.length - behind.length);
  const all = tail === undefined ? groups : [...groups, ...Array(missing).fill('0'), ...behind];
  const network = all
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
