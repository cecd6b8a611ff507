/** Machines that a node starts automatically after a restart of its host. Pure. */
import type { MachineRecord } from '../machine/machine-record.ts';

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

/**
 * The machines that start before each of them, by its id. Machines that name each other, directly
 * or through others, do not wait. Only machines of this host are known: others are not waited for.
 */
export function earlierStarts(
  due: readonly MachineRecord[],
): ReadonlyMap<string, readonly string[]> {
  const ids = new Set<string>(due.map(({ vm_id }) => vm_id));
  const named = new Map<string, readonly string[]>(
    due.map(({ vm_id, spec }) => [vm_id, (spec.start_after ?? []).filter((id) => ids.has(id))]),
  );
  return new Map(
    [...named].map(([id, after]) => [id, after.filter((other) => !leadsTo(other, id, named))]),
  );
}

function leadsTo(from: string, to: string, named: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const left = [from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(named.get(id) ?? []));
  }
  return false;
}

function priorityOf({ spec }: MachineRecord): number {
  return spec.priority ?? PRIORITY_DEFAULT;
}
