/** Licences that VMs of a batch take from each other before any of them is stored. */
import type { LicencePool, PlacementRequest } from '../../place/model/placement.ts';

/** Licences taken by the batch: the node of each VM, by the name of the pool. */
export type LicenceLedger = Map<string, string[]>;

/** Returns a request with the licences that other VMs of its batch have taken. */
export function withLicences(request: PlacementRequest, ledger: LicenceLedger): PlacementRequest {
  if (request.licences === undefined || ledger.size === 0) return request;
  return { ...request, licences: request.licences.map((pool) => addTaken(pool, ledger)) };
}

/** Records the licences that a VM takes on its node. */
export function takeLicences({ vm }: PlacementRequest, node: string, ledger: LicenceLedger): void {
  for (const name of vm.licences ?? []) ledger.set(name, [...(ledger.get(name) ?? []), node]);
}

function addTaken(pool: LicencePool, ledger: LicenceLedger): LicencePool {
  const taken = ledger.get(pool.name) ?? [];
  return {
    ...pool,
    used: pool.used + taken.length,
    nodes: [...new Set([...pool.nodes, ...taken])],
  };
}
