/** Raises alerts about resources that are used up, or run out before more of them can be there. */
import { explainCapacity, nameOf } from '@novacron/engine/capacity/explain-capacity';
import { settleOne, trackAlert } from '../../automation/alerts/track-alerts.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { type CapacityPlans, type MadePlan, PLAN_EVERY_MS } from './create-capacity-plans.ts';

/** In place of a policy. */
const CAPACITY = { id: 'capacity', name: 'capacity' } as const;

/** Dependencies of the watch. */
export interface CapacityWatchParts {
  readonly deps: CapabilityDeps;
  readonly capacityPlans: CapacityPlans;
}

/** Plans capacity from time to time, and raises alerts. */
export function capacityWatch({ deps, capacityPlans }: CapacityWatchParts): Reconciler {
  return {
    name: 'capacity-plan',
    summary: 'Plans capacity and raises alerts about resources that run out.',
    everyMs: PLAN_EVERY_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      if (deps.metricSeries === undefined) return undefined;
      const made = await capacityPlans.latest();
      if (made.ok) await alertOnce(deps, made.value, budget);
      else deps.logger.warn({ problem: made.error }, 'no capacity plan');
      return undefined;
    },
  };
}

type Alarmed = MadePlan['resources'][number] & {
  readonly alarm: NonNullable<MadePlan['resources'][number]['alarm']>;
};

async function alertOnce(
  deps: CapabilityDeps,
  { resources }: MadePlan,
  { guard, mayContinue }: ReconcilerBudget,
): Promise<void> {
  const open = await deps.store.read({
    from: 'alerts',
    where: { policy_id: CAPACITY.id, state: { in: ['open', 'acknowledged', 'silenced'] } },
    damaged: 'blank',
  });
  const alarmed = resources.filter(isAlarming);
  for (const each of alarmed) {
    if (!mayContinue()) return;
    const { changes } = await trackAlert(deps, toAlert(each));
    await commitUnder(guard, deps, changes);
  }
  const holding = new Set(alarmed.map(({ resource }) => resource.id));
  for (const row of open) {
    if (!mayContinue()) return;
    if (holding.has(row.target_id)) continue;
    const changes = settleOne(deps, row, { rule: 'ended', events: 'published' });
    await commitUnder(guard, deps, changes);
  }
}

/** A group at its largest size is a decision of its owner. */
function isAlarming(plan: MadePlan['resources'][number]): plan is Alarmed {
  return plan.alarm !== null && plan.resource.scope.kind !== 'vm_group';
}

function toAlert(plan: Alarmed): Parameters<typeof trackAlert>[1] {
  const { resource, alarm, tenantId } = plan;
  const name = nameOf(resource);
  const what = alarm === 'bottleneck' ? 'is used up' : 'runs out before more can be there';
  const isLimit = resource.scope.kind === 'tenant';
  return {
    tenantId,
    source: 'capacity',
    events: 'published',
    policy: CAPACITY,
    rule: alarm,
    target: { kind: 'capacity', id: resource.id, name },
    severity: alarm === 'bottleneck' && !isLimit ? 'critical' : 'warning',
    message: `${name} ${what}.`,
    because: [...explainCapacity(plan)],
  };
}
