/** Which addresses of a network a host can have. */
import { type Cidr, covers, formatCidr, formatIp, hostRange, parseIp } from './cidr.ts';

/** Why a host cannot have an address, and which ones it can have. */
export interface HostAddressFault {
  /** A clause about the address. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * Checks an address against the block of its network.
 * @returns undefined where a host can have it, or where the text is no address
 */
export function checkHostAddress(block: Cidr, ip: string): HostAddressFault | undefined {
  const address = parseIp(ip);
  if (address === undefined) return undefined;
  const range = hostRange(block);
  const last = range.first + range.count - 1n;
  const isWithin = containsAddress(block, ip);
  if (isWithin && address.value >= range.first && address.value <= last) return undefined;
  const toText = (value: bigint) => formatIp(block.family, value);
  return {
    message: isWithin
      ? `is the ${reservedAs(block, address.value)} of ${formatCidr(block)}`
      : `is not in ${formatCidr(block)}`,
    remedy: `use an address from ${toText(range.first)} to ${toText(last)}`,
  };
}

/** Whether an address is in a block. */
export function containsAddress(block: Cidr, ip: string): boolean {
  const address = parseIp(ip);
  if (address === undefined) return false;
  const { family, value } = address;
  return covers(block, { family, first: value, prefixLength: family === 4 ? 32 : 128 });
}

function reservedAs(block: Cidr, value: bigint): string {
  if (value === block.first) return 'address of the network itself, the first one';
  return value === block.first + 1n ? 'gateway, the second address' : 'broadcast address';
}
