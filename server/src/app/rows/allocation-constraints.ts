/** The fields of a VM that the placement rules of other VMs see, stored with its allocation. */
import { NodeId } from '@novacron/contract/ids';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { AffinityTerm, Peer } from '@novacron/engine/placement/place/model/placement';
import type { AllocationRow } from '../../ports/tables/allocation-row.ts';
import { parseList } from './parse-stored.ts';
import { toPlacementRequest } from './placement-request.ts';

type Traits = Omit<Peer, 'nodeId'>;

/**
 * The constraint columns of an allocation.
 * @param specs - the VM; both versions during a change that may still be rolled back
 */
export function traitColumns(
  tenantId: string,
  specs: readonly VmSpec[],
): Pick<AllocationRow, 'owner_tenant_id' | 'traits_json' | 'binds_others' | 'spot_priority'> {
  const traits = specs.map(traitsOf);
  const priorities = specs.map(({ priority }) => priority);
  return {
    owner_tenant_id: tenantId,
    traits_json: canonicalJson(traits),
    binds_others: traits.some(({ apart }) => apart !== undefined) ? 1 : null,
    spot_priority: specs.every(({ spot }) => spot) ? Math.max(...priorities) : null,
  };
}

/** Whether two allocations have the same constraints. */
export function haveSameTraits(left: VmSpec, right: VmSpec): boolean {
  return equalJson(traitColumns('', [left]), traitColumns('', [right]));
}

/** The VMs of allocations as placement rules see them; none where the traits are damaged. */
export function toPeers(allocations: readonly AllocationRow[]): readonly Peer[] {
  return allocations.flatMap(({ node_id, traits_json }) => {
    const nodeId = NodeId.parse(node_id);
    // Written by `traitColumns`.
    const stored = traits_json === null ? undefined : parseList<Traits>(traits_json);
    return (stored ?? []).map((traits) => ({ ...traits, nodeId }));
  });
}

function traitsOf(spec: VmSpec): Traits {
  const { vm, constraints } = toPlacementRequest(spec);
  const apart = hardTerms(constraints.affinity).filter(({ rule }) => rule === 'apart');
  return {
    name: vm.name,
    labels: vm.labels,
    ...(vm.group === undefined ? {} : { group: vm.group }),
    ...(apart.length === 0 ? {} : { apart }),
  };
}

/** The hard constraints. */
export function hardTerms(terms: readonly AffinityTerm[] = []): readonly AffinityTerm[] {
  return terms.filter(({ need }) => need === 'required');
}
