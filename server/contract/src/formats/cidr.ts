/** IP address blocks: parsing, canonical form, overlap; IPv4 (RFC 4632) and IPv6 (RFC 4291). */
import { err, ok, type Result } from '../result.ts';

/** A block of addresses: its family, its first address as a number, its prefix length. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly prefixLength: number;
}

/**
 * Reads `10.0.0.0/16` or `fd00::/48`.
 * @returns the block, or one sentence on what is wrong
 */
export function parseCidr(text: string): Result<Cidr, string> {
  const match = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return err('must be an address block such as 10.0.0.0/16');
  const address = parseIp(match[1] ?? '');
  if (address === undefined) return err(`must begin with an IP address, which ${match[1]} is not`);
  const width = address.family === 4 ? 32 : 128;
  const prefixLength = Number(match[2]);
  if (prefixLength > width) return err(`must have a prefix length of at most ${width}`);
  const hostBits = BigInt(width - prefixLength);
  const first = (address.value >> hostBits) << hostBits;
  if (first !== address.value) {
    const suggestion = `${formatIp(address.family, first)}/${prefixLength}`;
    return err(`has host bits set; the block that contains it is ${suggestion}`);
  }
  return ok({ family: address.family, first, prefixLength });
}

/** Writes a block as text: `10.0.0.0/16`. */
export function formatCidr({ family, first, prefixLength }: Cidr): string {
  return `${formatIp(family, first)}/${prefixLength}`;
}

/** Whether two blocks share an address. */
export function overlaps(left: Cidr, right: Cidr): boolean {
  if (left.family !== right.family) return false;
  const width = left.family === 4 ? 32 : 128;
  const shift = BigInt(width - Math.min(left.prefixLength, right.prefixLength));
  return left.first >> shift === right.first >> shift;
}

/** Whether every address of the inner block is in the outer one. */
export function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.prefixLength <= inner.prefixLength && overlaps(outer, inner);
}

/** Reads an IPv4 or IPv6 address; undefined when it is neither. */
export function parseIp(
  text: string,
): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  if (text.includes(':')) {
    const value = parseIpv6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseIpv4(text);
  return value === undefined ? undefined : { family: 4, value };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<bigint>(Math.max(missing, 0)).fill(0n), ...tail];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** The addresses of a block that hosts can have, from the first one on. */
export interface HostRange {
  readonly first: bigint;
  readonly count: bigint;
}

/**
 * The addresses of a block for hosts: without its own, the first one (the gateway, by custom) and,
 * in IPv4, the broadcast address. A block of one or two addresses has none of these (RFC 3021,
 * RFC 6164).
 */
export function hostRange({ family, first, prefixLength }: Cidr): HostRange {
  const hostBits = (family === 4 ? 32 : 128) - prefixLength;
  const count = 1n << BigInt(hostBits);
  if (hostBits <= 1) return { first, count };
  return { first: first + 2n, count: count - (family === 4 ? 3n : 2n) };
}

/**
 * Writes a block as people do: the longest run of zeros of an IPv6 address is `::` (RFC 5952,
 * section 4.2; the first of several such runs).
 * @example shortestCidr(block) // 'fd00::/48', where formatCidr has eight groups
 */
export function shortestCidr({ family, first, prefixLength }: Cidr): string {
  const address = formatIp(family, first);
  return `${family === 4 ? address : compressZeros(address)}/${prefixLength}`;
}

function compressZeros(address: string): string {
  const runs = [...address.matchAll(/\b0(?::0\b)+/g)].map(({ 0: text, index }) => ({
    text,
    index,
  }));
  const longest = runs.reduce<(typeof runs)[number] | undefined>(
    (best, run) => (best === undefined || run.text.length > best.text.length ? run : best),
    undefined,
  );
  if (longest === undefined) return address;
  const { text, index } = longest;
  const head = address.slice(0, index).replace(/:$/, '');
  const tail = address.slice(index + text.length).replace(/^:/, '');
  return `${head}::${tail}`;
}

/** Writes an address as text, an IPv6 address with all of its groups. */
export function formatIp(family: 4 | 6, value: bigint): string {
  const [count, bits] = family === 4 ? [4, 8n] : [8, 16n];
  const mask = (1n << bits) - 1n;
  const groups = Array.from(
    { length: count },
    (_, index) => (value >> (bits * BigInt(count - 1 - index))) & mask,
  );
  if (family === 4) return groups.join('.');
  return groups.map((group) => group.toString(16)).join(':');
}
