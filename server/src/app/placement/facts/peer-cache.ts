/** Placed VMs as rules see them, kept between readings while their rows are the same. */
import type { Peer } from '@novacron/engine/placement/model/placement';
import type { Store } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';

/** Allocations remembered of a store; who has more reads the oldest of them anew. */
const ALLOCATIONS_MAX = 20_000;

interface Kept extends Pick<AllocationRow, 'node_id' | 'traits_json'> {
  readonly peers: readonly Peer[];
}

const KEPT = new WeakMap<Store, Map<string, Kept>>();

/**
 * The VMs of allocations, as `toPeers` reads them.
 * @param allocations - those that say what is there
 * @returns the same objects for the same rows, so that they need not be looked at again
 */
export function keepPeers(store: Store, allocations: readonly AllocationRow[]): readonly Peer[] {
  const kept = KEPT.get(store) ?? new Map<string, Kept>();
  KEPT.set(store, kept);
  return allocations.flatMap((row) => {
    const known = kept.get(row.id);
    if (known?.node_id === row.node_id && known.traits_json === row.traits_json) return known.peers;
    const peers = toPeers([row], []);
    const { node_id, traits_json } = row;
    const oldest = kept.size < ALLOCATIONS_MAX ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.delete(row.id);
    kept.set(row.id, { node_id, traits_json, peers });
    return peers;
  });
}
