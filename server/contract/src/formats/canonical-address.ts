/** The canonical spelling of IP addresses and address blocks, to compare values by. */
import { formatCidr, formatIp, parseCidr, parseIp } from './cidr.ts';

/**
 * Returns one spelling for all spellings of an IPv4 or IPv6 address or address block (RFC 5952
 * lists how one IPv6 address can be spelled), and of a list the canonical spellings of its
 * elements. Everything else is returned as it is.
 * @example canonicalAddress('FD00:0::/48') equals canonicalAddress('fd00::/48')
 */
export function canonicalAddress(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalAddress);
  if (typeof value !== 'string') return value;
  const block = parseCidr(value);
  if (block.ok) return formatCidr(block.value);
  const address = parseIp(value);
  return address === undefined ? value : formatIp(address.family, address.value);
}
