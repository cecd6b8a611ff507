/** Finds starts, resets and reboots of VMs by NovaCron itself. */
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { RESTARTS } from '../outcomes/attempt-kinds.ts';

/** Restarts that are longer ago belong to no row any more: `attempts` times the longest wait. */
const HISTORY_MS = 86_400_000;

/** Operations that are looked at. */
const OPERATIONS_MAX = 10_000;

/**
 * Finds the times at which NovaCron restarted VMs since a person last changed them, oldest first.
 * Unit: Unix ms.
 */
export async function findRestarts(
  { store, clock }: CapabilityDeps,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const operations = await store.read({
    from: 'operations',
    where: {
      target_id: { in: vmIds },
      created_at_ms: { above: clock.nowMs() - HISTORY_MS },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const restarts = new Map<string, number[]>();
  const changed = new Set<string>();
  for (const { target_id: id, kind, created_by, created_at_ms } of operations) {
    if (changed.has(id)) continue;
    if (!RESTARTS.has(kind) || created_by !== PLATFORM_NAME) changed.add(id);
    else restarts.set(id, [created_at_ms, ...(restarts.get(id) ?? [])]);
  }
  return restarts;
}
