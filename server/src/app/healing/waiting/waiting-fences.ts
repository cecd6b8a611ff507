/** Nodes that are to be powered off by themselves, and are not yet. */
import { explainHeld } from '@novacron/engine/healing/fence/explain-fencing';
import type { FenceableNode } from '@novacron/engine/healing/fence/model/fencing';
import { planFencing } from '@novacron/engine/healing/fence/plan-fencing';
import type { PoolVerdict } from '@novacron/engine/healing/fence/rules/judge-readings';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { poolHeartbeatOf } from '../../resources/node/node-fence.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { observeFenceable } from '../fencing/observe-fenceable.ts';
import { findHoldReason } from './find-hold-reason.ts';
import type { WaitingChange } from './waiting-change.ts';

/** Finds them, for the platform. None where servers power nothing off by themselves. */
export async function waitingFences(deps: CapabilityDeps): Promise<readonly WaitingChange[]> {
  const afterMs = deps.fenceDevices?.automaticAfterMs;
  if (afterMs === undefined) return [];
  const rows = await deps.store.read({ from: 'nodes' });
  const byName = new Map(rows.map((row) => [row.name, row]));
  const nowMs = deps.clock.nowMs();
  const nodes = await observeFenceable(deps, rows, {
    silenceMs: (row) => nowMs - row.last_seen_at_ms,
    wasSilent: () => false,
    channel: { readingOf: (name) => readingOf(byName.get(name)) },
  });
  const plan = planFencing({ nodes, afterMs }, { nowMs });
  const hold = await findHoldReason(deps, HOLD_ALL);
  const reasonOf = (node: FenceableNode): string | undefined => {
    const common = plan.held.find(({ silent }) => silent.includes(node.name));
    if (hold !== undefined) return hold.reason;
    if (common !== undefined) return explainHeld(common);
    if (plan.alive.includes(node)) return 'other nodes know that it is alive';
    const { notBeforeMs } = node;
    if (notBeforeMs === null || notBeforeMs <= nowMs) return undefined;
    return `a power-off has failed, the next is at ${toTimestamp(notBeforeMs)}`;
  };
  return nodes.flatMap((node): readonly WaitingChange[] => {
    const { name, state, hasDevice, vms, underWay } = node;
    if (state !== 'silent' || !hasDevice || vms === 0 || underWay) return [];
    const reason = reasonOf(node);
    if (reason === undefined) return [];
    const sinceMs = Math.max(byName.get(name)?.last_seen_at_ms ?? 0, hold?.sinceMs ?? 0);
    const change = { class: 'recovery', who: 'fencing', operation: 'node.fence' } as const;
    return [{ ...change, target: name, vmId: null, sinceMs, reason, heldBy: null, from: null }];
  });
}

/** Returns the reading as recorded, by whichever server requested it. */
function readingOf(row: NodeRow | undefined): PoolVerdict | undefined {
  const read = row && poolHeartbeatOf(row);
  if (read === undefined) return undefined;
  const { state: kind, by, guests, reason } = read;
  return { kind, by, guests, reason };
}
