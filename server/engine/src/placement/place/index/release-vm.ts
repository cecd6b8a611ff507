/** Releases a VM from a node. */
import { keysOf } from '@novacron/contract/closed-table';
import type { PlacementNode, PlacementPlan, VmRequest } from '../model/placement.ts';

/**
 * Releases what `allocateVm` allocated: amounts, devices and cells.
 * @param plan - the plan that the VM was placed by
 */
export function releaseVm(
  node: PlacementNode,
  vm: VmRequest,
  plan: Pick<PlacementPlan, 'devices' | 'cells'>,
): PlacementNode {
  const { used, residents } = node;
  return {
    ...node,
    used: {
      cpuCores: lessOf(used.cpuCores, vm.cpuCores),
      memoryMib: lessOf(used.memoryMib, vm.memoryMib),
      diskGb: lessOf(used.diskGb, vm.diskGb),
    },
    vmCount: node.vmCount - 1,
    residents: residents && withoutOne(residents, vm),
    pools: releasePools(node, vm),
    devices: releaseDevices(node, plan.devices),
    numaCells: node.numaCells?.map((cell, index) => {
      const grant = plan.cells.find((each) => each.cell === index);
      if (grant === undefined) return cell;
      return {
        ...cell,
        cpuCoresUsed: lessOf(cell.cpuCoresUsed, grant.cpuCores),
        memoryMibUsed: lessOf(cell.memoryMibUsed, grant.memoryMib),
      };
    }),
  };
}

/** Fractions of cores do not add up exactly; millionths of one are nothing. */
function lessOf(used: number, given: number): number {
  const left = used - given;
  return Math.abs(left) < 1e-6 ? 0 : left;
}

function withoutOne(residents: NonNullable<PlacementNode['residents']>, vm: VmRequest) {
  const at = residents.findIndex(
    ({ cpuCores, memoryMib, diskGb }) =>
      cpuCores === vm.cpuCores && memoryMib === vm.memoryMib && diskGb === vm.diskGb,
  );
  return residents.filter((_each, index) => index !== at);
}

function releasePools({ pools }: PlacementNode, vm: VmRequest): PlacementNode['pools'] {
  if (pools === undefined || vm.pools === undefined) return pools;
  const after = { ...pools };
  for (const name of keysOf(vm.pools)) {
    const pool = after[name];
    if (pool === undefined) continue;
    after[name] = { ...pool, used: lessOf(pool.used, vm.pools[name] ?? 0) };
  }
  return after;
}

function releaseDevices(
  { devices }: PlacementNode,
  grants: PlacementPlan['devices'],
): PlacementNode['devices'] {
  if (grants.length === 0) return devices;
  return devices?.map((group, index) => {
    const freeMilli = [...group.freeMilli];
    for (const grant of grants) {
      if (grant.group === index) {
        freeMilli[grant.device] = (freeMilli[grant.device] ?? 0) + grant.milli;
      }
    }
    return { ...group, freeMilli };
  });
}
