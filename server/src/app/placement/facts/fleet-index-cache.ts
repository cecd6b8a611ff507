/** Caches fleet indexes from one decision to the next: mostly one node and one VM have changed. */
import type { FleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import {
  type FleetIndexCache,
  openFleetIndexCache,
  type PeerGroup,
  refreshFleetIndex,
} from '@novacron/engine/placement/place/index/fleet-index-cache';
import type { PlacementInput } from '@novacron/engine/placement/place/model/placement';
import type { PlacementMemory } from '../placement-memory.ts';

/** Nodes and VMs in all cached indexes; the index used longest ago is dropped first. */
const ENTRIES_MAX = 50_000;

/** The fleet of a decision, and which VMs its peers are. */
export interface ViewedFleet extends Pick<PlacementInput, 'nodes'> {
  readonly groups: readonly PeerGroup[];
  /** Decisions of one view see the same VMs, except for those that have changed. */
  readonly view: string;
}

/** Indexes the fleet of a decision. @returns an index to be used before anything is awaited */
export function indexFleet(
  { fleets }: PlacementMemory,
  { view, nodes, groups }: ViewedFleet,
): FleetIndex {
  const cache = fleets.get(view) ?? openFleetIndexCache();
  const index = refreshFleetIndex(cache, { nodes, groups });
  fleets.delete(view);
  fleets.set(view, cache);
  let entries = [...fleets.values()].reduce((sum, each) => sum + sizeOf(each), 0);
  for (const [oldest, fleet] of fleets) {
    if (entries <= ENTRIES_MAX || oldest === view) break;
    entries -= sizeOf(fleet);
    fleets.delete(oldest);
  }
  return index;
}

function sizeOf({ nodes, groups }: FleetIndexCache): number {
  return groups.reduce((sum, { length }) => sum + length, nodes.size);
}
