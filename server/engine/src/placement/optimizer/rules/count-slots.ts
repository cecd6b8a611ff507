/** Counts how many VMs of a size fit. */
import type { Amounts } from '../../place/model/placement.ts';
import { DIMENSIONS, type FleetLayout } from '../fleet/fleet-layout.ts';

/** On one node, as it stands or with some room more. */
export function countSlotsOn(
  { capacity, used, inService }: FleetLayout,
  node: number,
  size: Amounts,
  more: readonly number[] = [0, 0, 0],
): number {
  if (inService[node] !== 1) return 0;
  const sizes = [size.cpuCores, size.memoryMib, size.diskGb];
  let slots = Number.POSITIVE_INFINITY;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    const free = (capacity[place] ?? 0) - (used[place] ?? 0) + (more[at] ?? 0);
    const asked = sizes[at] ?? 0;
    if (asked > 0) slots = Math.min(slots, Math.max(0, Math.floor(free / asked)));
  }
  return Number.isFinite(slots) ? slots : 0;
}

/** On all nodes in service. */
export function countSlots(state: FleetLayout, size: Amounts): number {
  return state.nodes.reduce((sum, _, node) => sum + countSlotsOn(state, node, size), 0);
}
