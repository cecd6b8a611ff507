/** Reads the fleet for the preview runs of a tenant: all nodes, and the VMs of the tenant. */
import type { NodeId } from '@novacron/contract/ids';
import {
  type FleetIndex,
  makeFleetIndex,
} from '@novacron/engine/placement/place/index/fleet-index';
import type { LicencePool } from '@novacron/engine/placement/place/model/placement';
import type { PlacementDeps } from '../deps.ts';
import { FLEET, toFleetFacts } from '../facts/fleet-facts.ts';
import { withClaims } from '../facts/node-facts.ts';
import { readPeers, tenantPeers } from '../facts/tenant-peers.ts';

/** An indexed fleet. */
export interface LoadedFleet {
  readonly index: FleetIndex;
  /** Names of the tenant's VMs. */
  readonly names: ReadonlySet<string>;
  /** Nodes on standby that may be woken for a VM. */
  readonly wakeable: readonly NodeId[];
  readonly licences: readonly LicencePool[];
}

/** Reads nodes and VMs of one moment. */
export async function loadFleet(
  deps: Pick<PlacementDeps, 'store' | 'usage' | 'prices' | 'placementMemory'>,
  tenantId: string,
): Promise<LoadedFleet> {
  const { nodes, claims, vms, ...allocations } = await deps.store.snapshot({
    ...FLEET,
    vms: { from: 'vms', where: { tenant_id: tenantId } },
    ...tenantPeers(tenantId),
  });
  const fleet = toFleetFacts(withClaims(nodes, claims), deps);
  const peers = readPeers(deps, allocations);
  return {
    index: makeFleetIndex({ nodes: fleet.nodes, peers }),
    names: new Set(vms.map(({ name }) => name)),
    wakeable: fleet.wakeable,
    licences: fleet.licences,
  };
}
