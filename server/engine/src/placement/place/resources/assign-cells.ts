/** Assigns NUMA cells of a node to a VM. */
import type { CellGrant, NumaCell, PlacementNode, VmRequest } from '../model/placement.ts';

/** Returns whether the VM is bound to cells; other VMs float and take nothing of them. */
function isBound({ numa = 'any', pinning = 'shared' }: VmRequest): boolean {
  return numa !== 'any' || pinning === 'dedicated';
}

/** Returns the node's cells; a node without any is one cell. */
export function cellsOf({ numaCells, capacity, used }: PlacementNode): readonly NumaCell[] {
  if (numaCells !== undefined && numaCells.length > 0) return numaCells;
  return [
    {
      cpuCores: capacity.cpuCores,
      cpuCoresUsed: used.cpuCores,
      memoryMib: capacity.memoryMib,
      memoryMibUsed: used.memoryMib,
    },
  ];
}

/**
 * Binds a VM to the cell that holds it with fewest cores to spare, or splits it over the emptiest
 * cells where it allows that.
 * @returns the grants, none for a VM that floats; undefined where the cells cannot hold it
 * Source of the idea: OpenStack Nova, `hw:numa_nodes` and `hw:cpu_policy`.
 */
export function assignCells(node: PlacementNode, vm: VmRequest): readonly CellGrant[] | undefined {
  if (!isBound(vm)) return [];
  const cells = cellsOf(node).map((cell, index) => ({
    index,
    cores: cell.cpuCores - cell.cpuCoresUsed,
    memoryMib: cell.memoryMib - cell.memoryMibUsed,
  }));
  const { cpuCores, memoryMib } = vm;
  const [tightest] = cells
    .filter((cell) => cell.cores >= cpuCores && cell.memoryMib >= memoryMib)
    .sort((left, right) => left.cores - right.cores || left.index - right.index);
  if (tightest !== undefined) return [{ cell: tightest.index, cpuCores, memoryMib }];
  if (vm.numa === 'single') return undefined;

  const emptiest = cells.sort(
    (left, right) => right.cores - left.cores || left.index - right.index,
  );
  const left = { cores: cpuCores, memoryMib };
  const grants: CellGrant[] = [];
  for (const cell of emptiest) {
    if (left.cores <= 0 && left.memoryMib <= 0) break;
    const cores = Math.max(0, Math.min(left.cores, cell.cores));
    const memory = Math.max(0, Math.min(left.memoryMib, cell.memoryMib));
    if (cores === 0 && memory === 0) continue;
    grants.push({ cell: cell.index, cpuCores: cores, memoryMib: memory });
    left.cores -= cores;
    left.memoryMib -= memory;
  }
  return left.cores <= 0 && left.memoryMib <= 0 ? grants : undefined;
}
