/** Which machines a node starts by itself after a restart of its host. Pure. */
import type { MachineRecord } from './machine-record.ts';

/** The middle of the scale of priorities, for machines that say none. */
const PRIORITY_DEFAULT = 50;

/**
 * The machines that ran when the host stopped, in the order in which they start: the highest
 * priority first, then by id. One that was stopped before, is arriving or was sent away stays so.
 */
export function planHostStarts(records: readonly MachineRecord[]): readonly MachineRecord[] {
  return records
    .filter(({ phase, stop_reason }) => phase === 'here' && stop_reason === 'host')
    .toSorted((left, right) => {
      const byPriority = priorityOf(right) - priorityOf(left);
      return byPriority === 0 ? (left.vm_id < right.vm_id ? -1 : 1) : byPriority;
    });
}

function priorityOf({ spec }: MachineRecord): number {
  return spec.priority ?? PRIORITY_DEFAULT;
}
