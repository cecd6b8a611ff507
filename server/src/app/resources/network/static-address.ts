/** Checks an address that a VM is to have in a network. */
import type { Cidr } from '@novacron/contract/formats/cidr';
import { checkHostAddress, containsAddress } from '@novacron/contract/formats/host-address';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NetworkRow } from '../../../ports/tables/tables.ts';

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
  const fault = checkHostAddress(block, ip);
  if (fault === undefined) return undefined;
  const message = containsAddress(block, ip)
    ? fault.message
    : `${fault.message}, the block of the network ${network.name}`;
  return problem('validation-failed', {
    detail: `The VM cannot have the address ${ip}: it ${message}.`,
    remedy: `Remove ip_address, so that NovaCron assigns an address, or ${fault.remedy}.`,
    fields: [{ path: ['ip_address'], message: `${message}; ${fault.remedy}` }],
  });
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
