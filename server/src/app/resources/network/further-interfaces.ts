/** The interfaces of a VM besides its first one: decided when it is made, and kept for its life. */
import type { MachineNetwork } from '@novacron/contract/agent/machine-network';
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import type { NetworkIds } from '@novacron/contract/kinds/vm/network-interface';
import { NetworkInterface } from '@novacron/contract/kinds/vm/network-interface';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { z } from 'zod';
import type { NetworkRow, VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { referenceUnknown } from '../../rows/resource-problems.ts';

const Interfaces = z.array(NetworkInterface);

/** Those of a VM that was made, in their order. */
export function furtherInterfacesOf(row: VmRow): readonly NetworkInterface[] {
  const { further_network_ids: ids } = desiredOf(row);
  if (!Array.isArray(ids) || ids.length === 0) return [];
  const all = Interfaces.safeParse(observedOf(row).network_interfaces).data ?? [];
  const found = ids.map((id) => all.find(({ network_id }) => network_id === id));
  return found.filter((each) => each !== undefined);
}

/** The interface of an address. */
export function toInterface(
  { id }: NetworkRow,
  { ip_address, mac_address }: { readonly ip_address: string; readonly mac_address: string },
): NetworkInterface {
  // A row's id is one of its table.
  return NetworkInterface.parse({ network_id: id, ip_address, mac_address });
}

/** Further interfaces as agents are sent them; one whose network is gone is left out. */
export function toFurtherNetworks(
  interfaces: readonly NetworkInterface[],
  networks: readonly NetworkRow[],
): readonly MachineNetwork[] {
  return interfaces.flatMap(({ network_id, ip_address, mac_address }) => {
    const network = networks.find(({ id }) => id === network_id);
    if (network === undefined) return [];
    const { cidr } = desiredAs(network, NetworkSpec);
    return [{ network_id, cidr, ip_address, mac_address }];
  });
}

/**
 * Refuses further networks without a first one, a network that a VM would have twice, and networks
 * that are not there. Networks of one tenant do not overlap.
 */
export function checkFurtherNetworks(spec: NetworkIds, networks: readonly NetworkRow[]): Problem[] {
  const { network_id, further_network_ids: further } = spec;
  if (further === null || further.length === 0) return [];
  if (network_id === null) {
    return [refusal('needs network_id', 'Set network_id to the network of the first interface.')];
  }
  if (further.includes(network_id)) {
    const remedy = 'Remove it from one of the two.';
    return [refusal(`has ${network_id}, which is network_id already`, remedy)];
  }
  const unknown = further.filter((each) => !networks.some(({ id }) => id === each));
  if (unknown.length > 0) {
    return unknown.map((id) => referenceUnknown('further_network_ids', 'network', id));
  }
  return [];
}

function refusal(message: string, remedy: string): Problem {
  return problem('validation-failed', {
    detail: `The VM cannot have these networks: further_network_ids ${message}.`,
    remedy,
    fields: [{ path: ['further_network_ids'], message }],
  });
}
