/** Allocates a VM on a node. */
import { keysOf } from '@novacron/contract/closed-table';
import type { Amounts, PlacementNode, PlacementPlan, VmRequest } from '../model/placement.ts';
import { freeAfter } from '../resources/assign-devices.ts';

/**
 * Returns a node with a VM added: its amounts, and the devices and cells granted to it, count as
 * used.
 */
export function allocateVm(
  node: PlacementNode,
  vm: Amounts & Pick<VmRequest, 'pools'>,
  { devices, cells }: Pick<PlacementPlan, 'devices' | 'cells'>,
): PlacementNode {
  const { used } = node;
  const { cpuCores, memoryMib, diskGb } = vm;
  return {
    ...node,
    used: {
      cpuCores: used.cpuCores + cpuCores,
      memoryMib: used.memoryMib + memoryMib,
      diskGb: used.diskGb + diskGb,
    },
    vmCount: node.vmCount + 1,
    residents: node.residents && [...node.residents, { cpuCores, memoryMib, diskGb }],
    pools: takePools(node, vm),
    devices:
      devices.length === 0
        ? node.devices
        : node.devices?.map((group, index) => ({
            ...group,
            freeMilli: freeAfter(group, index, devices),
          })),
    numaCells: takeCells(node, cells),
  };
}

function takePools({ pools }: PlacementNode, vm: Pick<VmRequest, 'pools'>): PlacementNode['pools'] {
  if (pools === undefined || vm.pools === undefined) return pools;
  const after = { ...pools };
  for (const name of keysOf(vm.pools)) {
    const pool = after[name];
    if (pool !== undefined) after[name] = { ...pool, used: pool.used + (vm.pools[name] ?? 0) };
  }
  return after;
}

function takeCells(
  { numaCells }: PlacementNode,
  cells: PlacementPlan['cells'],
): PlacementNode['numaCells'] {
  if (cells.length === 0) return numaCells;
  return numaCells?.map((cell, index) => {
    const grant = cells.find((each) => each.cell === index);
    if (grant === undefined) return cell;
    return {
      ...cell,
      cpuCoresUsed: cell.cpuCoresUsed + grant.cpuCores,
      memoryMibUsed: cell.memoryMibUsed + grant.memoryMib,
    };
  });
}
