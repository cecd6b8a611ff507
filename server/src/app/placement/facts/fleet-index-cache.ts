/** Fleets laid out for decisions, kept from one to the next: what they see is mostly the same. */
import type { FleetIndex } from '@novacron/engine/placement/fleet/fleet-index';
import {
  type KeptFleet,
  keepFleet,
  refreshFleet,
} from '@novacron/engine/placement/fleet/keep-fleet';
import type { PlacementInput } from '@novacron/engine/placement/model';
import type { Store } from '../../../ports/store.ts';

/** Nodes and VMs in all kept fleets of a store; those not asked for longest give way. */
const ENTRIES_MAX = 50_000;

/** A question, and whose VMs its peers are. */
export interface FleetQuestion extends PlacementInput {
  /** Questions of one view see the same VMs but for those that have changed. */
  readonly view: string;
}

const FLEETS = new WeakMap<Store, Map<string, KeptFleet>>();

/** Lays out the fleet of a question. @returns an index to be used before anything is awaited */
export function layOutFleet(store: Store, { view, nodes, peers }: FleetQuestion): FleetIndex {
  const fleets = FLEETS.get(store) ?? new Map<string, KeptFleet>();
  FLEETS.set(store, fleets);
  const kept = fleets.get(view) ?? keepFleet();
  const index = refreshFleet(kept, { nodes, peers });
  fleets.delete(view);
  fleets.set(view, kept);
  let entries = [...fleets.values()].reduce((sum, each) => sum + sizeOf(each), 0);
  for (const [oldest, fleet] of fleets) {
    if (entries <= ENTRIES_MAX || oldest === view) break;
    entries -= sizeOf(fleet);
    fleets.delete(oldest);
  }
  return index;
}

function sizeOf({ nodes, peers }: KeptFleet): number {
  return nodes.size + peers.size;
}
