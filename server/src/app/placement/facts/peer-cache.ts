/** Caches the peers of allocations as long as their rows are the same. */
import type { Peer } from '@novacron/engine/placement/place/model/placement';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import type { PlacementMemory } from '../placement-memory.ts';

/** Allocations that are remembered; beyond that the oldest is forgotten. */
const ALLOCATIONS_MAX = 20_000;

/**
 * Returns the VMs of allocations as placement rules see them.
 * @param allocations - that carry their traits
 * @returns the same objects for the same rows, so that indexes need not compare them
 */
export function cachePeers(
  { peers: known }: PlacementMemory,
  allocations: readonly AllocationRow[],
): readonly Peer[] {
  return allocations.flatMap((row) => {
    const before = known.get(row.id);
    if (before?.node_id === row.node_id && before.traits_json === row.traits_json) {
      return before.peers;
    }
    const peers = toPeers([row]);
    const { node_id, traits_json } = row;
    const oldest = known.size < ALLOCATIONS_MAX ? undefined : known.keys().next().value;
    if (oldest !== undefined) known.delete(oldest);
    known.delete(row.id);
    known.set(row.id, { node_id, traits_json, peers });
    return peers;
  });
}
