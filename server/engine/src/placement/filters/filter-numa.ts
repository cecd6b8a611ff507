import type { Filter } from '../model/rule.ts';
import { assignCells, cellsOf } from '../resources/assign-cells.ts';

/** Rejects a node whose cells cannot hold a VM that is bound to cells, or pinned to cores. */
export const filterNuma: Filter = (node, { vm }) => {
  if (assignCells(node, vm) !== undefined) return undefined;
  const largestCores = Math.max(
    0,
    ...cellsOf(node).map((cell) => cell.cpuCores - cell.cpuCoresUsed),
  );
  return { reason: 'numa', largestCores };
};
