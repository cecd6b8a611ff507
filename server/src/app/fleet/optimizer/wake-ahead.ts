/**
 * Wakes nodes on standby before groups of VMs need them, as forecasts say. One server does it,
 * under the lease. What is needed at once wakes nodes by itself (`wake-node.ts`).
 */
import { explainWaking } from '@novacron/engine/placement/optimizer/explain-waking';
import type { SleepingNode } from '@novacron/engine/placement/optimizer/model/optimizer';
import { planWaking } from '@novacron/engine/placement/optimizer/plan-waking';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { isWakeable } from '../../placement/facts/fleet-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { learnWakeTime } from './learn-wake-time.ts';
import { observeFleet } from './observe-fleet.ts';
import { powerUpAhead } from './power-node.ts';
import { readExpectedVms } from './read-expected-vms.ts';

/** Interval between checks; sizes of groups are decided at the same interval. Unit: ms. */
const LOOK_MS = 30_000;

type Parts = BeginParts<CapabilityDeps>;

/** Wakes them. */
export function nodeWaking(parts: Parts): Reconciler {
  let lastLines: readonly string[] = [];
  return {
    name: 'node-waking',
    summary: 'Wakes standby nodes ahead of forecast load.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const lines = await wakeSome(parts, budget);
      // What is lacking stays the same for many rounds.
      for (const line of lines) if (!lastLines.includes(line)) parts.deps.logger.info({}, line);
      lastLines = lines;
      return undefined;
    },
  };
}

async function wakeSome(parts: Parts, budget: ReconcilerBudget): Promise<readonly string[]> {
  const { deps } = parts;
  const nodes = await deps.store.read({ from: 'nodes' });
  const wakeMs = await learnWakeTime(deps, nodes);
  if (wakeMs === undefined) return [];
  const expected = await readExpectedVms(deps, 'soon');
  if (expected.length === 0) return [];
  const waking = await findWaking(deps);
  const fleet = await observeFleet(deps);
  const rows = fleet.rows.filter((row) => isWakeable(row) && !waking.has(row.name));
  const sleeping = rows.map(({ name, power }): SleepingNode => {
    return { name, wakeMs: power === 'off' ? wakeMs : 0 };
  });
  const plan = planWaking({ nodes: fleet.nodes, vms: fleet.vms, sleeping, waking, expected });
  const lines = explainWaking(plan);
  for (const name of plan.wake) {
    const row = rows.find((each) => each.name === name);
    if (row === undefined || !budget.mayContinue()) break;
    await wake(parts, budget, { row, reason: lines[0] ?? '' });
  }
  return lines;
}

/** Names of the nodes that are being woken. */
async function findWaking({ store }: CapabilityDeps): Promise<ReadonlySet<string>> {
  const operations = await store.read({
    from: 'operations',
    where: { kind: 'node.powerup', status: 'running' },
    damaged: 'blank',
  });
  return new Set(operations.flatMap(({ target_name: name }) => name ?? []));
}

async function wake(
  parts: Parts,
  { guard }: ReconcilerBudget,
  { row, reason }: { readonly row: NodeRow; readonly reason: string },
): Promise<void> {
  const { deps } = parts;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return;
  const begun = await beginWrite(parts, {
    who: 'node-waking',
    class: 'scaling',
    target: { kind: 'node', row },
    guard,
    name: 'node.powerup',
    input: { id: row.id },
    prepare: powerUpAhead(reason),
    context: platformContext(deps, tenant.id, 'autoscaler'),
  });
  if (begun.kind === 'refused') {
    deps.logger.warn({ node: row.name, detail: begun.problem.detail }, 'a node could not be woken');
  }
  if (begun.kind !== 'started') return;
  const event = eventChange(deps, {
    tenantId: tenant.id,
    type: 'node.woken_ahead',
    source: 'autoscaler',
    target: row.id,
    priority: 'normal',
    data: { name: row.name, reason, operation_id: begun.operation.id },
  });
  await commitUnder(guard, deps, [event]);
}
