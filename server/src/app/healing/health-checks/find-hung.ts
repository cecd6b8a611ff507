/** Finds the VMs whose hypervisor process hangs, as inspections of their nodes have recorded it. */
import { STABLE_MS } from '@novacron/engine/healing/restart/plan-restarts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { hasCheck, healthOf } from '../../rows/observed/observed-health.ts';
import type { Unhealthy } from './restart-unhealthy.ts';

/** Those that have hung since they were changed last: what was done then has not helped. */
export async function findHung({ store }: CapabilityDeps): Promise<readonly Unhealthy[]> {
  const rows = await store.read({
    from: 'vms',
    where: { health: 'unhealthy', status: 'running' },
    damaged: 'blank',
  });
  return mapReadable(rows, (row): readonly Unhealthy[] => {
    const health = healthOf(observedOf(row));
    if (hasCheck(desiredOf(row)) || health?.hung_at_generation !== row.generation) return [];
    return [{ id: row.id, seen: health.seen, stableMs: STABLE_MS }];
  }).flat();
}
