import type { Amounts, PlacementNode } from '../model/placement.ts';
import { AMOUNT_KEYS, DIMENSIONS } from './find-shortage.ts';

/**
 * Returns the usage of a node with the VM on it, a ratio per dimension.
 * @returns cpu, memory, disk; each 0 to 1 on a node that can hold the VM
 */
export function usageAfter(node: PlacementNode, vm: Amounts): readonly number[] {
  return DIMENSIONS.map((dimension) => {
    const key = AMOUNT_KEYS[dimension];
    const capacity = node.capacity[key];
    return capacity === 0 ? 1 : (node.used[key] + vm[key]) / capacity;
  });
}

/** The mean of {@link usageAfter}: how full the node would be, 0 to 1. */
export function fillRatioAfter(node: PlacementNode, vm: Amounts): number {
  const ratios = usageAfter(node, vm);
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}
