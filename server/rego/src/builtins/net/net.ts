// Builtins over IP addresses and networks.

import { isArray, isObject, isSet, makeSet, type RegoValue } from '../../values/rego-value.ts';
import {
  asList,
  asPairs,
  asString,
  exceed,
  fail,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import { formatAddress, type IpAddress, parseAddress } from './ip-address.ts';

type Network = { readonly bits: 32 | 128; readonly start: bigint; readonly prefix: number };

/** A network may be expanded to this many addresses. */
const EXPAND_MAX = 65_536n;

function parseNetwork(text: string): Network | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const ip = parseAddress(address);
  if (!ip || rest.length > 0 || prefixText === undefined) return undefined;
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText) || Number(prefixText) > ip.bits) return undefined;
  return networkOf(ip, Number(prefixText));
}

function networkOf({ bits, value }: IpAddress, prefix: number): Network {
  const host = BigInt(bits - prefix);
  return { bits, start: (value >> host) << host, prefix };
}

function asNetwork(value: RegoValue | undefined): Network {
  return parseNetwork(asString(value)) ?? fail('the text is not a network such as 10.0.0.0/8');
}

function asNetworkOrAddress(text: string): Network {
  const ip = parseAddress(text);
  if (ip) return networkOf(ip, ip.bits);
  return parseNetwork(text) ?? fail('the text is neither a network nor an address');
}

function endOf({ start, bits, prefix }: Network): bigint {
  return start + (1n << BigInt(bits - prefix)) - 1n;
}

function contains(outer: Network, inner: Network): boolean {
  return outer.bits === inner.bits && outer.start <= inner.start && endOf(outer) >= endOf(inner);
}

function expand([cidr]: readonly RegoValue[]): RegoValue {
  const network = asNetwork(cidr);
  const size = endOf(network) - network.start + 1n;
  if (size > EXPAND_MAX) return exceed(`the network has more than ${EXPAND_MAX} addresses`);
  const addresses = Array.from({ length: Number(size) }, (_, index) =>
    formatAddress({ bits: network.bits, value: network.start + BigInt(index) }),
  );
  return makeSet(addresses);
}

// The members of an operand with the key that identifies each: an index, an object's key, or
// itself.
function keyed(value: RegoValue | undefined): readonly (readonly [RegoValue, string])[] {
  if (typeof value === 'string') return [[value, value]];
  const text = (item: RegoValue): string => {
    const first = isArray(item) ? item[0] : item;
    return typeof first === 'string' ? first : fail('a member is not a network');
  };
  if (value !== undefined && isObject(value)) {
    return asPairs(value).map(([key, item]) => [key, text(item)] as const);
  }
  if (value !== undefined && isSet(value)) return value.items.map((item) => [item, text(item)]);
  return asList(value).map((item, index) => [index, text(item)] as const);
}

function containsMatches([networks, others]: readonly RegoValue[]): RegoValue {
  const pairs: RegoValue[] = [];
  const inner = keyed(others).map(([key, text]) => [key, asNetworkOrAddress(text)] as const);
  for (const [key, text] of keyed(networks)) {
    const outer = asNetwork(text);
    for (const [otherKey, other] of inner) if (contains(outer, other)) pairs.push([key, otherKey]);
  }
  return makeSet(pairs);
}

function merge([list]: readonly RegoValue[]): RegoValue {
  const networks = asList(list).map((item) => asClassfulNetwork(asString(item)));
  const ranges = networks
    .map((network) => ({ bits: network.bits, start: network.start, end: endOf(network) }))
    .sort((a, b) => a.bits - b.bits || (a.start < b.start ? -1 : 1));
  const merged: { bits: 32 | 128; start: bigint; end: bigint }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (!last || last.bits !== range.bits || range.start > last.end + 1n) merged.push({ ...range });
    else if (range.end > last.end) last.end = range.end;
  }
  return makeSet(merged.flatMap(({ bits, start, end }) => cover(bits, start, end)));
}

// An address of version 4 without a length stands for its network class.
function asClassfulNetwork(text: string): Network {
  const ip = parseAddress(text);
  if (!ip) return asNetwork(text);
  const first = Number(ip.value >> 24n);
  if (ip.bits === 128 || first >= 224) return fail('an address has no length such as /24');
  return networkOf(ip, first < 128 ? 8 : first < 192 ? 16 : 24);
}

// The fewest networks that are exactly a range.
function cover(bits: 32 | 128, start: bigint, end: bigint): readonly string[] {
  const networks: string[] = [];
  for (let at = start; at <= end; ) {
    let host = 0;
    while (host < bits && isAligned(at, host + 1) && at + (1n << BigInt(host + 1)) - 1n <= end) {
      host += 1;
    }
    networks.push(`${formatAddress({ bits, value: at })}/${bits - host}`);
    at += 1n << BigInt(host);
  }
  return networks;
}

function isAligned(value: bigint, host: number): boolean {
  return value % (1n << BigInt(host)) === 0n;
}

/** The builtins over networks. */
export const NET_BUILTINS: HostBuiltins = {
  'net.cidr_contains': ([outer, inner]) =>
    contains(asNetwork(outer), asNetworkOrAddress(asString(inner))),
  'net.cidr_overlap': ([outer, inner]) =>
    contains(asNetwork(outer), asNetworkOrAddress(asString(inner))),
  'net.cidr_intersects': ([first, second]) => {
    const [a, b] = [asNetwork(first), asNetwork(second)];
    return contains(a, b) || contains(b, a);
  },
  'net.cidr_is_valid': ([text]) => typeof text === 'string' && parseNetwork(text) !== undefined,
  'net.cidr_expand': expand,
  'net.cidr_contains_matches': containsMatches,
  'net.cidr_merge': merge,
};
