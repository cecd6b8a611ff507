import type { Filter } from '../model/rule.ts';
import { assignCells, cellsOf } from '../resources/assign-cells.ts';

/**
 * Rejects a node whose cells cannot hold a VM that is bound to cells, or pinned to cores. A node
 * that does not say its cells counts as one cell, but a new VM does not rely on that.
 */
export const filterNuma: Filter = (node, { vm, unknownFacts }) => {
  if (node.numaCells === undefined) {
    if (unknownFacts === 'accept') return undefined;
    if (unknownFacts === 'refuse' && (vm.numa === 'single' || vm.pinning === 'dedicated')) {
      return { reason: 'numa', largestCores: 0, unknown: 'yes' };
    }
  }
  if (assignCells(node, vm) !== undefined) return undefined;
  const largestCores = Math.max(
    0,
    ...cellsOf(node).map((cell) => cell.cpuCores - cell.cpuCoresUsed),
  );
  return { reason: 'numa', largestCores };
};
