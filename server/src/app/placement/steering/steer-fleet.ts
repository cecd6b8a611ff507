/** Adds what orchestration policies want to the placement requests of a whole fleet. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import type { PlacementDeps } from '../deps.ts';
import { applyPoliciesToRequests } from './apply-placement-policies.ts';

type PolicyDeps = Pick<PlacementDeps, 'store' | 'clock' | 'logger' | 'decisions'>;

/** The placement requests of each tenant's VMs where policies add to them, by the VM's id. */
export async function steerFleet(
  deps: PolicyDeps,
  vms: readonly VmRow[],
): Promise<ReadonlyMap<string, PlacementRequest>> {
  const policies = await deps.store.read({
    from: 'orchestration_policies',
    where: { steers: 1 },
    damaged: 'blank',
  });
  const asks = new Map<string, PlacementRequest>();
  for (const tenantId of new Set(policies.map((row) => row.tenant_id))) {
    const rows = vms.filter((row) => row.tenant_id === tenantId);
    const read = mapReadable(rows, (row) => ({ id: row.id, spec: desiredAs(row, VmSpec) }));
    const specs = read.map(({ spec }) => spec);
    const steered = await applyPoliciesToRequests(deps, tenantId, specs);
    for (const [at, ask] of steered.entries()) asks.set(read[at]?.id ?? '', ask);
  }
  return asks;
}
