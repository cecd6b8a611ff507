/** Growths that began and were undone: the next one waits, the longer the more there were. */
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Operations that are looked at; more failures than that wait for the longest time anyhow. */
const OPERATIONS_MAX = 1_000;

/**
 * Finds when VMs may grow again, by their ids: those whose last changes NovaCron made and undid.
 * A change that succeeded, or that a person asked for, begins a new row.
 * @returns in ms since the Unix epoch; nothing for VMs that need not wait
 */
export async function findUndoneGrowths(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const operations = await store.read({
    from: 'operations',
    where: { target_id: { in: vmIds }, kind: 'vm.update' },
    orderBy: { column: 'id', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const nowMs = clock.nowMs();
  const rows = new Map<string, { tries: number; lastMs: number; over: boolean }>();
  for (const { target_id: id, status, created_by: by, finished_at_ms: endMs } of operations) {
    const known = rows.get(id) ?? { tries: 0, lastMs: endMs ?? 0, over: false };
    const counts = !known.over && by === PLATFORM_NAME && status === 'failed';
    rows.set(id, { ...known, tries: known.tries + Number(counts), over: !counts });
  }
  return new Map(
    [...rows].flatMap(([id, { tries, lastMs }]): readonly (readonly [string, number])[] => {
      // One that ended in the future did so before the time of day was set back.
      if (tries === 0 || lastMs > nowMs) return [];
      return [[id, lastMs + backoffMs(tries)]];
    }),
  );
}
