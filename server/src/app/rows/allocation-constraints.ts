/** What the rules of other VMs see of a VM, kept with what it holds on its node. */
import { NodeId } from '@novacron/contract/ids';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/vm';
import type { AffinityTerm, Peer } from '@novacron/engine/placement/model';
import type { AllocationRow } from '../../ports/allocation-row.ts';
import type { VmRow } from '../../ports/tables.ts';
import { desiredOf } from './answer-resource.ts';
import { toPlacementAsk } from './placement-ask.ts';

type Traits = Omit<Peer, 'nodeId'>;

/**
 * The columns of an allocation that rules look at.
 * @param specs - what the VM is; both ends of a change that may still be taken back
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

/** Whether allocations of the two say the same. */
export function haveSameTraits(left: VmSpec, right: VmSpec): boolean {
  return equalJson(traitColumns('', [left]), traitColumns('', [right]));
}

/**
 * The VMs of allocations as rules see them.
 * @param vms - of those allocations that an earlier release wrote, which do not say what is there
 */
export function toPeers(
  allocations: readonly AllocationRow[],
  vms: readonly VmRow[],
): readonly Peer[] {
  const older = new Map(vms.map((row) => [row.id, row]));
  return allocations.flatMap((allocation) => {
    const nodeId = NodeId.parse(allocation.node_id);
    return traitsAt(allocation, older.get(allocation.vm_id)).map((traits) => ({
      ...traits,
      nodeId,
    }));
  });
}

function traitsAt(allocation: AllocationRow, older: VmRow | undefined): readonly Traits[] {
  // Written by `traitColumns`.
  if (allocation.traits_json !== null) return JSON.parse(allocation.traits_json) as Traits[];
  return older === undefined ? [] : [traitsOf(VmSpec.parse(desiredOf(older)))];
}

function traitsOf(spec: VmSpec): Traits {
  const { vm, constraints } = toPlacementAsk(spec);
  const apart = hardTerms(constraints.affinity).filter(({ rule }) => rule === 'apart');
  return {
    name: vm.name,
    labels: vm.labels,
    ...(vm.group === undefined ? {} : { group: vm.group }),
    ...(apart.length === 0 ? {} : { apart }),
  };
}

/** The terms that are never broken. */
export function hardTerms(terms: readonly AffinityTerm[] = []): readonly AffinityTerm[] {
  return terms.filter(({ need }) => need === 'required');
}
