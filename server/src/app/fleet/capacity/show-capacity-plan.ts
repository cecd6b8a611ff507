/** Shows the capacity plan, as far as it concerns the caller. */
import type { CapacityPlan, PlannedResource } from '@novacron/contract/fleet/capacity-plan';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  explainCapacity,
  explainReason,
  explainRisk,
} from '@novacron/engine/capacity/explain-capacity';
import type { ExpectedUse, Outlook, ResourcePlan } from '@novacron/engine/capacity/model/capacity';
import { roundTo } from '@novacron/engine/round';
import { findOwnTenant } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type CapacityPlans, LEAD_TIME_DAYS } from './create-capacity-plans.ts';

/** Digits behind the point that are worth showing. */
const DECIMALS = 2;

/** Four weeks, before and ahead: what a picture shows. */
const SHOWN_DAYS = 28;

/** Shows it. A tenant sees its own resources; the first tenant also the quotas of all. */
export async function showCapacityPlan(
  parts: { readonly deps: CapabilityDeps; readonly capacityPlans: CapacityPlans },
  { principal }: CallContext,
): Promise<Result<CapacityPlan, Problem>> {
  const made = await parts.capacityPlans.latest();
  if (!made.ok) return made;
  const { atMs, resources } = made.value;
  const isPlatform = (await findOwnTenant(parts.deps.store, principal))?.is_platform === 1;
  const shown = resources.filter(
    ({ tenantId, resource }) =>
      tenantId === principal.tenantId || (isPlatform && resource.scope.kind === 'tenant'),
  );
  return ok({
    planned_at: toTimestamp(atMs),
    lead_time_days: LEAD_TIME_DAYS,
    resources: shown.map((plan) => toAnswer(plan, atMs)),
  });
}

function toAnswer(plan: ResourcePlan, nowMs: number): PlannedResource {
  const { resource, outlook, bottleneckSinceMs, recommendation } = plan;
  const { scope, id, metric, unit, capacity, standby, use } = resource;
  const known = outlook.kind === 'known' ? outlook : undefined;
  const days = known?.days.slice(0, SHOWN_DAYS) ?? [];
  return {
    id,
    scope: scope.kind,
    scope_name: scope.name,
    metric,
    unit,
    capacity: round(capacity),
    standby: round(standby),
    use: round(use),
    bottleneck_since: bottleneckSinceMs === null ? null : toTimestamp(bottleneckSinceMs),
    run_out: toRunOut(outlook),
    horizons: (known?.horizons ?? []).map((each) => toExpected(each, nowMs)),
    peaks: (known?.peaks ?? []).slice(-SHOWN_DAYS).map(round),
    expected_peaks: days.map(({ point }) => round(point)),
    upper_peaks: days.map(({ upper }) => round(upper)),
    recommendation: {
      type: recommendation.type,
      priority: recommendation.priority,
      current_capacity: round(capacity),
      recommended_capacity: round(recommendation.recommendedCapacity),
      recommended_instances: recommendation.recommendedInstances,
      reason: explainReason(plan),
      alternatives: recommendation.alternatives.map((each) => ({
        node_class: each.nodeClass,
        count: each.count,
        amount: round(each.amount),
        order_by: each.orderByMs === null ? null : toTimestamp(each.orderByMs),
        price_per_hour: each.pricePerHour,
      })),
      risk: explainRisk(plan),
    },
    explanation: [...explainCapacity(plan)],
  };
}

function toRunOut(outlook: Outlook): PlannedResource['run_out'] {
  const never = { at: null, earliest: null, latest: null };
  if (outlook.kind !== 'known') return { state: 'not_known', ...never };
  const { runOut } = outlook;
  if (runOut.kind === 'reached') return { state: 'reached', ...never };
  if (runOut.kind === 'not_within') return { state: 'not_within_90_days', ...never };
  const timeOf = (ms: number | null) => (ms === null ? null : toTimestamp(ms));
  return {
    state: 'expected',
    at: timeOf(runOut.atMs),
    earliest: timeOf(runOut.earliestMs),
    latest: timeOf(runOut.latestMs),
  };
}

function toExpected({ aheadMs, point, lower, upper }: ExpectedUse, nowMs: number) {
  const at = toTimestamp(nowMs + aheadMs);
  return { at, point: round(point), lower: round(lower), upper: round(upper) };
}

function round(value: number): number {
  return roundTo(value, DECIMALS);
}
