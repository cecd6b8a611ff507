/** VMs that stopped by themselves and are not started again yet. */
import { planRestarts } from '@novacron/engine/healing/restart/plan-restarts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findRestarts } from '../recovery/find-restarts.ts';
import { findHeld } from '../recovery/hold-starts.ts';
import { findStopped, toStoppedVm } from '../recovery/restart-vms.ts';
import type { HoldReason } from './find-hold-reason.ts';
import { findRefusals } from './find-refusals.ts';
import type { WaitingChange } from './waiting-change.ts';

/** Stops that are looked at. */
const STOPS_MAX = 10_000;

/** Only the server that starts them knows when it tries again after a refusal. */
const NO_REFUSALS = { notBeforeMs: () => undefined };

const NO_LIMITS = { startingOn: [], startsMax: Infinity, startsOnNodeMax: Infinity };

/** Finds them. Those that are given up are not started any more, so they do not wait. */
export async function waitingRestarts(
  deps: CapabilityDeps,
  tenantId: string,
  hold: HoldReason | undefined,
): Promise<readonly WaitingChange[]> {
  const all = await findStopped(deps);
  const own = all.filter(({ row }) => row.tenant_id === tenantId);
  if (own.length === 0) return [];
  const ids = own.map(({ row }) => row.id);
  const starts = await findRestarts(deps, ids);
  const vms = own.map((each) => toStoppedVm(each, starts, NO_REFUSALS));
  const plan = planRestarts({ vms, ...NO_LIMITS }, { nowMs: deps.clock.nowMs() });
  const stoppedMs = await findStops(deps, ids);
  const refusals = await findRefusals(deps, 'vm.not_restarted', stoppedMs);
  const logger = { info: () => undefined };
  const held = await findHeld(
    { ...deps, logger },
    all.map((each) => ({ ...each, isComing: true })),
  );
  const dueReason = (id: string): string | undefined =>
    refusals.get(id)?.detail ??
    (held.has(id) ? 'the VMs of its start_after have not started' : undefined);
  const reasons = [
    ...plan.wait.map(({ vm, attempts, atMs }) => {
      const count = attempts === 1 ? 'once' : `${attempts} times in a row`;
      const next = toTimestamp(atMs);
      return {
        vm,
        reason: `it stopped after it was started ${count}; the next start is at ${next}`,
      };
    }),
    ...plan.begin.map(({ vm }) => ({ vm, reason: dueReason(vm.id) })),
  ];
  return reasons.flatMap(({ vm, reason: own }): readonly WaitingChange[] => {
    const reason = hold?.reason ?? own;
    if (reason === undefined) return [];
    const sinceMs = Math.max(stoppedMs.get(vm.id) ?? 0, hold?.sinceMs ?? 0);
    const change = { class: 'recovery', who: 'restarts', operation: 'vm.start' } as const;
    return [{ ...change, target: vm.name, vmId: vm.id, sinceMs, reason, heldBy: null, from: null }];
  });
}

/** Finds the time of each VM's last stop, by its id. Unit: ms since the Unix epoch. */
async function findStops(
  { store }: CapabilityDeps,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const events = await store.read({
    from: 'events',
    where: { target: { in: ids }, type: 'vm.stopped' },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: STOPS_MAX,
  });
  return new Map(events.map(({ target, at_ms }) => [target, at_ms]));
}
