/** VMs that restarts have not helped, that may get more memory or CPU, and do not get it. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { faultOfGivenUp, GROWTH } from '../escalation/given-up-vms.ts';
import type { HoldReason } from './find-hold-reason.ts';
import { findRefusals } from './find-refusals.ts';
import type { WaitingChange } from './waiting-change.ts';

/** Maximum age of a refusal: older refusals of a VM are about another failure. Unit: ms. */
const REFUSED_MS = 7 * 86_400_000;

/** VMs that are looked at. */
const VMS_MAX = 5_000;

/** Finds those of which the server that heals has said why. */
export async function waitingGrowths(
  { store, clock }: CapabilityDeps,
  tenantId: string,
  hold: HoldReason | undefined,
): Promise<readonly WaitingChange[]> {
  const own = { tenant_id: tenantId, busy_operation_id: null } as const;
  const down = await store.snapshot({
    unhealthy: {
      from: 'vms',
      where: { ...own, health: 'unhealthy' },
      limit: VMS_MAX,
      damaged: 'blank',
    },
    stopped: {
      from: 'vms',
      where: { ...own, status: 'stopped' },
      limit: VMS_MAX,
      damaged: 'blank',
    },
  });
  const rows = new Map([...down.unhealthy, ...down.stopped].map((row) => [row.id, row]));
  const vms = mapReadable([...rows.values()], (row) => {
    const { healing, power_state } = desiredAs(row, VmSpec);
    const mayGrow = (healing?.grow_to ?? null) !== null && power_state === 'running';
    return mayGrow && faultOfGivenUp(row) !== undefined ? [row] : [];
  }).flat();
  const fromMs = clock.nowMs() - REFUSED_MS;
  const since = new Map<string, number>(vms.map(({ id }) => [id, fromMs]));
  const refusals = await findRefusals({ store }, 'vm.not_grown', since);
  return vms.flatMap(({ id, name }): readonly WaitingChange[] => {
    const refused = refusals.get(id);
    if (refused === undefined) return [];
    const change = { class: 'recovery', who: GROWTH, operation: 'vm.update' } as const;
    const reason = hold?.reason ?? refused.detail;
    const sinceMs = refused.atMs;
    return [{ ...change, target: name, vmId: id, sinceMs, reason, heldBy: null, from: null }];
  });
}
