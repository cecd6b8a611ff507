/** VMs that are to leave a node that is about to fail, and cannot. */

import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import type { HoldReason } from './find-hold-reason.ts';
import { findRefusals } from './find-refusals.ts';
import type { WaitingChange } from './waiting-change.ts';

/** Conditions of nodes are days old at most. Unit: ms. */
const REFUSED_MS = 7 * 86_400_000;

/** Finds those whose last move was refused. */
export async function waitingMoves(
  deps: CapabilityDeps,
  tenantId: string,
  hold: HoldReason | undefined,
): Promise<readonly WaitingChange[]> {
  const nodes = await deps.store.read({ from: 'nodes', where: { status: 'ready' } });
  const failing = nodes.filter((row) => conditionsOf(row).length > 0);
  if (failing.length === 0) return [];
  const names = new Set<unknown>(failing.map(({ name }) => name));
  const rows = await deps.store.read({
    from: 'vms',
    where: { tenant_id: tenantId, status: 'running', busy_operation_id: null },
    damaged: 'blank',
  });
  const vms = mapReadable(rows, (row) => {
    const observed = observedOf(row);
    return names.has(observed.node) ? [{ row, observed }] : [];
  }).flat();
  const fromMs = deps.clock.nowMs() - REFUSED_MS;
  const since = new Map<string, number>(vms.map(({ row: { id } }) => [id, fromMs]));
  const refusals = await findRefusals(deps, 'vm.not_moved', since);
  return vms.flatMap(({ row: { id, name }, observed }): readonly WaitingChange[] => {
    const refused = refusals.get(id);
    if (refused === undefined) return [];
    const change = { class: 'recovery', who: 'condition-moves', operation: 'vm.migrate' } as const;
    const reason = hold?.reason ?? refused.detail;
    return [
      {
        ...change,
        target: name,
        vmId: id,
        sinceMs: refused.atMs,
        reason,
        heldBy: null,
        from: String(observed.node),
      },
    ];
  });
}
