/** Checks an address that a VM is to have in a network. */
import {
  type Cidr,
  covers,
  formatCidr,
  formatIp,
  hostRange,
  parseIp,
} from '@novacron/contract/formats/cidr';
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NetworkRow } from '../../../ports/tables/tables.ts';
import { desiredAs } from '../../rows/answer-resource.ts';

/** Refuses an address of a VM that has no network. */
export function checkHasNetwork(spec: {
  readonly ip_address: string | null;
  readonly network_id: string | null;
}): Problem[] {
  if (spec.ip_address === null || spec.network_id !== null) return [];
  return [
    problem('validation-failed', {
      detail: `The VM cannot have the address ${spec.ip_address}: it has no network.`,
      remedy: 'Set network_id to the network of the address, or remove ip_address.',
      fields: [{ path: ['ip_address'], message: 'needs a network_id' }],
    }),
  ];
}

/** Refuses an address that no host of the network can have. */
export function checkInNetwork(network: NetworkRow, block: Cidr, ip: string): Problem | undefined {
  const address = parseIp(ip);
  if (address === undefined) return undefined;
  const width = address.family === 4 ? 32 : 128;
  const { cidr } = desiredAs(network, NetworkSpec);
  const asBlock: Cidr = { family: address.family, first: address.value, prefixLength: width };
  const range = hostRange(block);
  const last = range.first + range.count - 1n;
  const toText = (value: bigint) => formatIp(block.family, value);
  const hosts = `use an address from ${toText(range.first)} to ${toText(last)}`;
  const isHost = address.value >= range.first && address.value <= last;
  if (covers(block, asBlock) && isHost) return undefined;
  const message = covers(block, asBlock)
    ? `is the ${reservedAs(block, address.value)} of ${formatCidr(block)}`
    : `is not in ${cidr}, the block of the network ${network.name}`;
  return problem('validation-failed', {
    detail: `The VM cannot have the address ${ip}: it ${message}.`,
    remedy: `Remove ip_address, so that NovaCron assigns an address, or ${hosts}.`,
    fields: [{ path: ['ip_address'], message: `${message}; ${hosts}` }],
  });
}

function reservedAs(block: Cidr, value: bigint): string {
  if (value === block.first) return 'address of the network itself, the first one';
  return value === block.first + 1n ? 'gateway, the second address' : 'broadcast address';
}

/** Another VM has the address, or gets it in the same commit. */
export function addressTaken(
  network: NetworkRow,
  ip: string,
  holder: { readonly id: string; readonly name: string } | undefined,
): Problem {
  const who = holder === undefined ? 'another VM of the request' : `the VM ${holder.name}`;
  return problem('address-taken', {
    detail: `The address ${ip} of the network ${network.name} is taken by ${who}.`,
    remedy: 'Choose another address, or remove ip_address, so that NovaCron assigns a free one.',
    fields: [{ path: ['ip_address'], message: `is the address of ${who}` }],
    ...(holder === undefined ? {} : { data: { resource_id: holder.id } }),
  });
}
