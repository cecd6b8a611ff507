/** The capacity plan and plans of the optimizer as recommendations. */
import type { Recommendation } from '@novacron/contract/fleet/recommendation';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  explainImprovement,
  splitEmptied,
} from '@novacron/engine/placement/optimizer/explain-improvement';
import type { ImprovementPlan } from '@novacron/engine/placement/optimizer/model/optimizer';
import { roundTo } from '@novacron/engine/round';
import type { CapacityPlans } from '../../fleet/capacity/create-capacity-plans.ts';
import { showCapacityPlan } from '../../fleet/capacity/show-capacity-plan.ts';
import { observeFleet } from '../../fleet/optimizer/observe-fleet.ts';
import { planWithRoom } from '../../fleet/optimizer/plan-with-room.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { withDigest } from './describe-change.ts';

const PERCENT = 100;

/** As on a schedule: enough to notice, few enough to be over soon. */
const MOVES_MAX = 20;
const HEADROOM_PERCENT = 20;

/** What no replay says. */
const UNKNOWN = {
  state: 'open',
  improvement_lower: null,
  improvement_upper: null,
  confidence: null,
  currency: null,
  cost_per_hour_before: null,
  cost_per_hour_after: null,
  measured_improvement: null,
  applied_at: null,
  hcl: [],
} as const;

/** What the capacity plan recommends to the caller. People order nodes and change quotas. */
export async function recommendCapacity(
  parts: { readonly deps: CapabilityDeps; readonly capacityPlans: CapacityPlans },
  context: CallContext,
): Promise<Result<readonly Recommendation[], Problem>> {
  const plan = await showCapacityPlan(parts, context);
  if (!plan.ok) return plan;
  const planned = plan.value.resources.filter(
    ({ recommendation }) => recommendation.type !== 'maintain',
  );
  return ok(
    planned.map(({ id, scope, scope_name: name, metric, recommendation, explanation }) => {
      const { reason, risk, type, alternatives } = recommendation;
      return withDigest({
        ...UNKNOWN,
        id: `capacity:${id}`,
        source: 'capacity',
        target: 'capacity',
        subject_kind: 'capacity',
        subject_id: id,
        subject_name: `${scope} ${name} ${metric}`.trim(),
        title: `${type.replaceAll('_', ' ')}: ${reason}`,
        estimated_improvement: null,
        actions: [],
        needs_approval: false,
        risks: [risk],
        alternatives: alternatives.map(
          ({ node_class, count, amount }) => `${count} x ${node_class ?? 'as now'}: ${amount}`,
        ),
        explanation,
      });
    }),
  );
}

/** The plan that leaves fewer nodes with VMs, by cost where nodes have prices. */
export async function recommendPlan(
  deps: CapabilityDeps,
  context: CallContext,
): Promise<readonly Recommendation[]> {
  const fleet = await observeFleet(deps);
  const isPriced = deps.prices.current()?.model.kind === 'node_classes';
  const kind = isPriced ? 'reduce_cost' : 'consolidate';
  const goal = { kind, headroomRatio: HEADROOM_PERCENT / PERCENT } as const;
  const ask = { goal, movesMax: MOVES_MAX, failover: 'keep' } as const;
  const planned = await planWithRoom(ask, fleet, { deps, context });
  // A fleet that lacks room has no node to spare, and nodes without VMs need no moves.
  if (!planned.ok || planned.value.plan.moves.length === 0) return [];
  return [describePlan(kind, planned.value.plan)];
}

function describePlan(kind: 'reduce_cost' | 'consolidate', plan: ImprovementPlan): Recommendation {
  const { before, after, moves } = plan;
  const { freed, others } = splitEmptied(plan);
  const noun = moves.length === 1 ? 'move' : 'moves';
  const share = 1 - after.nodesInUse / Math.max(1, before.nodesInUse);
  const input = {
    dry_run: false,
    failover: 'keep',
    moves_max: MOVES_MAX,
    headroom_percent: HEADROOM_PERCENT,
    power_down: false,
  };
  return withDigest({
    ...UNKNOWN,
    id: `optimizer:${kind}`,
    source: 'optimizer',
    target: kind === 'reduce_cost' ? 'cost' : 'consolidation',
    subject_kind: 'fleet',
    subject_id: 'fleet',
    subject_name: 'fleet',
    title: `Empty ${freed.join(', ')} with ${moves.length} ${noun}${others}`,
    estimated_improvement: roundTo(share * PERCENT, 1),
    actions: [{ operation: `optimizer.${kind}`, input, undo: null }],
    needs_approval: true,
    risks: ['Moves are not taken back: VMs stay where they went.'],
    alternatives: ['Even use of all nodes: novacron optimizer rebalance --dry-run'],
    explanation: [...explainImprovement(plan)],
  });
}
