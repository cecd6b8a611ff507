/** Finds the VMs that wait after an outage until others have started. */

import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { HEALTH_START_PERIOD_MS } from '@novacron/contract/kinds/vm/vm-health-check';
import { explainStartOrder } from '@novacron/engine/healing/start-order/explain-start-order';
import type { Standing } from '@novacron/engine/healing/start-order/model/start-order';
import { planStartOrder } from '@novacron/engine/healing/start-order/plan-start-order';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { startAfterOf } from '../../resources/vm/machine/check-start.ts';
import { desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { shownHealth } from '../../rows/observed/observed-health.ts';

/** A VM that is down and would be started now. */
export interface Startable {
  readonly row: VmRow;
  readonly spec: VmSpec;
  /**
   * Whether it starts now, or by itself soon, as after a start that has failed: it was not refused,
   * and is not given up.
   */
  readonly isComing: boolean;
}

type HoldDeps = Pick<CapabilityDeps, 'store' | 'clock'> & {
  readonly logger: Pick<CapabilityDeps['logger'], 'info'>;
};

/** @returns the ids of those that wait */
export async function findHeld(
  { store, logger, clock }: HoldDeps,
  down: readonly Startable[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(down.flatMap(({ spec }) => startAfterOf(spec)))];
  if (ids.length === 0) return new Set();
  const rows = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  const coming = new Set<string>(down.flatMap(({ row, isComing }) => (isComing ? [row.id] : [])));
  const started = await findStarted(store, rows, clock.nowMs() - HEALTH_START_PERIOD_MS);
  const earlier = mapReadable(rows, (row) => {
    const standing = coming.has(row.id) ? 'coming' : standingOf(row, started);
    return [row.id, { name: row.name, standing }] as const;
  });
  const vms = down.map(({ row: { id, name }, spec }) => ({ id, name, after: startAfterOf(spec) }));
  const plan = planStartOrder({ vms, earlier: new Map(earlier) });
  for (const line of explainStartOrder(plan)) logger.info({}, line);
  return new Set(plan.held.map(({ id }) => id));
}

/** Returns the standing of a VM that is not among those that start now. */
function standingOf(row: VmRow, started: ReadonlySet<string>): Standing {
  if (row.busy_operation_id !== null) return 'coming';
  if (observedOf(row).status !== 'running') return 'absent';
  return isUnknown(row) && started.has(row.id) ? 'coming' : 'up';
}

/** Whether a VM runs, and its health is checked and not known yet. */
function isUnknown(row: VmRow): boolean {
  const health = shownHealth(desiredOf(row), observedOf(row), observedOf(row).status);
  return health === 'starting';
}

/** Operations that are looked at. */
const OPERATIONS_MAX = 1_000;

/** Those whose health is not known yet, and that were started lately: none is waited for longer. */
async function findStarted(
  store: CapabilityDeps['store'],
  rows: readonly VmRow[],
  sinceMs: number,
): Promise<ReadonlySet<string>> {
  const ids = mapReadable(rows, (row) => (isUnknown(row) ? [row.id] : [])).flat();
  if (ids.length === 0) return new Set();
  const operations = await store.read({
    from: 'operations',
    where: {
      target_id: { in: ids },
      kind: { in: ['vm.start', 'vm.recover'] },
      finished_at_ms: { above: sinceMs },
    },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  return new Set(operations.map(({ target_id }) => target_id));
}
