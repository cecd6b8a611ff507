import type { VmSpec } from '@novacron/contract/kinds/vm/vm';

/** The fields of a VM that name networks. */
export type NetworkIds = Pick<VmSpec, 'network_id' | 'further_network_ids'>;

/** Ids of all networks of a VM, the first one first. */
export function networkIdsOf({ network_id, further_network_ids }: NetworkIds): readonly string[] {
  return [...(network_id === null ? [] : [network_id]), ...(further_network_ids ?? [])];
}
