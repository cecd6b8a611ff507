/** The placed VMs of a tenant as decisions about its other VMs see them. */
import type { Peer } from '@novacron/engine/placement/model/placement';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import type { PlacementDeps } from '../deps.ts';
import { cachePeers } from './peer-cache.ts';

/** The answer to {@link tenantPeers}. */
interface PeerRows {
  readonly there: readonly AllocationRow[];
  readonly older: readonly AllocationRow[];
}

/** The queries for the placed VMs of a tenant; its reservations count as VMs. */
export function tenantPeers(tenantId: string) {
  return {
    there: { from: 'allocations', where: { owner_tenant_id: tenantId } },
    // Written by an earlier release, without their tenant.
    older: { from: 'allocations', where: { owner_tenant_id: null } },
  } as const;
}

/**
 * Turns allocations into the VMs that they are for.
 * @param except - the id of the VM to be placed: it is not its own peer
 * @returns the same objects for the same rows, so that indexes need not compare them
 */
export async function readPeers(
  { store, placementMemory }: Pick<PlacementDeps, 'store' | 'placementMemory'>,
  tenantId: string,
  { there, older, except }: PeerRows & { readonly except?: string | undefined },
): Promise<readonly Peer[]> {
  const isOther = ({ vm_id }: AllocationRow) => vm_id !== except;
  const known = cachePeers(placementMemory, there.filter(isOther));
  if (older.length === 0) return known;
  const vms = await store.read({ from: 'vms', where: { tenant_id: tenantId } });
  return [...known, ...toPeers(older.filter(isOther), vms)];
}
