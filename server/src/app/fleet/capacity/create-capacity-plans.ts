/**
 * The latest capacity plan of this server. It follows from stored series, so that it is not stored
 * itself: a server that has none makes one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CapacityResource, ResourcePlan } from '@novacron/engine/capacity/model/capacity';
import { CAPACITY_SETTINGS, planCapacity } from '@novacron/engine/capacity/plan-capacity';
import { planOutlook } from '@novacron/engine/capacity/plan-outlook';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';
import { type FoundResource, readCapacity } from './read-capacity.ts';

/** Interval between plans. Unit: ms. */
export const PLAN_EVERY_MS = 15 * 60_000;

const DAY_MS = 86_400_000;
const MS_PER_SECOND = 1_000;
const HOUR_S = 3_600;

/** Six weeks: older hours change a plan little. Unit: hours. */
const HISTORY_HOURS = 1_008;

/** Days from the order of hardware to its use. */
export const LEAD_TIME_DAYS = 14;

/** Quotas, networks and groups are changed by a request, which a person has to decide on. */
const REQUEST_LEAD_DAYS = 1;

/** A plan with whose resources it is about. */
export interface MadePlan {
  readonly atMs: number;
  readonly resources: readonly (ResourcePlan & { readonly tenantId: string })[];
}

/** Makes plans. */
export interface CapacityPlans {
  /** Returns the latest plan; makes one if there is none of the last 15 minutes. */
  readonly latest: () => Promise<Result<MadePlan, Problem>>;
}

/** Makes it. */
export function createCapacityPlans(deps: CapabilityDeps): CapacityPlans {
  let made: MadePlan | undefined;
  let making: Promise<Result<MadePlan, Problem>> | undefined;
  return {
    latest: async () => {
      const nowMs = deps.clock.nowMs();
      // A clock that went back must not keep a plan for longer.
      const isFresh = made !== undefined && Math.abs(nowMs - made.atMs) < PLAN_EVERY_MS;
      if (made !== undefined && isFresh) return ok(made);
      making ??= makePlan(deps, nowMs).finally(() => {
        making = undefined;
      });
      const done = await making;
      if (done.ok) made = done.value;
      return done;
    },
  };
}

async function makePlan(deps: CapabilityDeps, nowMs: number): Promise<Result<MadePlan, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const platform = await findPlatformTenant(deps.store);
  const found = await readCapacity(deps);
  const env = { nowMs, rng: deps.rng };
  const outlooks = [];
  const owners = new Map<string, string>();
  for (const each of found) {
    const history = await readHistory(series.value, each, nowMs);
    if (!history.ok) return history;
    const resource = toResource(each, history.value);
    owners.set(resource.id, each.tenantId ?? platform?.id ?? '');
    outlooks.push(planOutlook(resource, CAPACITY_SETTINGS, env));
    // Each takes some milliseconds: other work of the server goes on between them.
    await nextTurn();
  }
  const { resources } = planCapacity(outlooks, env);
  const owned = resources.map((plan) => {
    return { ...plan, tenantId: owners.get(plan.resource.id) ?? '' };
  });
  return ok({ atMs: nowMs, resources: owned });
}

function toResource(found: FoundResource, history: CapacityResource['history']): CapacityResource {
  const { scope, metric, unit, capacity, standby, use, nodes, offers, targetId } = found;
  const isBought = nodes > 0 || scope.kind === 'storage_pool' || scope.kind === 'server';
  const leadTimeMs = (isBought ? LEAD_TIME_DAYS : REQUEST_LEAD_DAYS) * DAY_MS;
  const id = `${targetId}/${metric}`;
  return { id, scope, metric, unit, capacity, standby, use, history, leadTimeMs, nodes, offers };
}

async function readHistory(
  series: MetricSeries,
  { targetId, series: name, per }: FoundResource,
  nowMs: number,
): Promise<Result<CapacityResource['history'], Problem>> {
  const toS = Math.floor(nowMs / MS_PER_SECOND / HOUR_S) * HOUR_S;
  const fromS = toS - HISTORY_HOURS * HOUR_S;
  const read = await series.read({ targetId, name, fromS, toS });
  if (!read.ok) return read;
  const steps = { fromS, toS, stepS: HOUR_S };
  const hours = read.value === undefined ? [] : summarizeRun(read.value, steps, ['max']);
  const values = hours.map(({ max }) => (max ?? Number.NaN) / per);
  return ok({ startS: fromS, stepS: HOUR_S, values });
}
