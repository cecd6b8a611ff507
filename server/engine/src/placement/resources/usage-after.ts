import type { Amounts, PlacementNode } from '../model/placement.ts';
import { AMOUNT_KEYS, DIMENSIONS } from './find-shortage.ts';

/**
 * How much of a node would be used with the VM on it, a ratio per dimension.
 * @returns cpu, memory, disk; each 0 to 1 on a node that can hold the VM
 */
export function useAfter(node: PlacementNode, vm: Amounts): readonly number[] {
  return DIMENSIONS.map((dimension) => {
    const key = AMOUNT_KEYS[dimension];
    const capacity = node.capacity[key];
    return capacity === 0 ? 1 : (node.used[key] + vm[key]) / capacity;
  });
}

/** The mean of {@link useAfter}: how full the node would be, 0 to 1. */
export function fillAfter(node: PlacementNode, vm: Amounts): number {
  const ratios = useAfter(node, vm);
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}
