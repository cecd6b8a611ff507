/** The order in which VMs of dead nodes start elsewhere. */
import type { WaitingVm } from '../model/recovery.ts';

/**
 * The important first; among equals the large ones, which find a place only while there is much
 * room (first fit decreasing: Johnson 1973, "Near-optimal bin packing algorithms").
 */
export function compareUrgency(
  left: Pick<WaitingVm, 'id' | 'priority' | 'memoryMib'>,
  right: Pick<WaitingVm, 'id' | 'priority' | 'memoryMib'>,
): number {
  const byPriority = right.priority - left.priority;
  const bySize = right.memoryMib - left.memoryMib;
  return byPriority || bySize || (left.id < right.id ? -1 : 1);
}
