/** Shows what healing does, and how well: availability and recovery times of 30 days. */
import type { HealingStatus } from '@novacron/contract/healing/healing-operations';
import type { WaitingIntent } from '@novacron/contract/healing/intent';
import { ok } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readShownHolds } from '../../platform/holds/read-holds.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findWaiting } from '../waiting/find-waiting.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';
import { findDownVms } from './find-down-vms.ts';
import { healingFigures, readHealingRecords } from './measure-healing.ts';

const WINDOW_MS = 30 * 86_400_000;
/** Waiting changes of one answer. */
const WAITING_MAX = 100;

/** Incidents that are counted. */
const OPEN_MAX = 10_000;

/** Shows it. */
export async function showHealing(deps: CapabilityDeps, { principal }: CallContext) {
  const { store, clock } = deps;
  const { tenantId } = principal;
  const nowMs = clock.nowMs();
  const holds = await readShownHolds(deps, 'healing', tenantId);
  const open = await store.read({
    from: 'incidents',
    where: { tenant_id: tenantId, state: { in: ['open', 'acknowledged'] } },
    limit: OPEN_MAX,
  });
  const period = { fromMs: nowMs - WINDOW_MS, untilMs: nowMs };
  const records = await readHealingRecords(deps, tenantId, period);
  const down = await findDownVms(deps, tenantId);
  const status: HealingStatus = {
    held: holds.length > 0,
    holds: [...holds],
    waiting: (await findWaiting(deps, tenantId)).slice(0, WAITING_MAX).map(toWaiting),
    incidents: {
      open: open.length,
      unacknowledged: open.filter(({ state }) => state === 'open').length,
      vms_down: new Set([...records.down.map(({ vm_id }) => vm_id), ...down]).size,
    },
    last_30_days: await healingFigures(deps, tenantId, records),
  };
  return ok(status);
}

function toWaiting(change: WaitingChange): WaitingIntent {
  const { who: by, operation, target, sinceMs, reason, heldBy: held_by } = change;
  return {
    class: change.class,
    by,
    operation,
    target,
    since: toTimestamp(sinceMs),
    reason,
    held_by,
  };
}
