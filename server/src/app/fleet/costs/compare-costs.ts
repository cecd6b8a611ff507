/** Compares what resources have cost in two periods. */

import { COST_CHANGES_MAX, type CostComparison } from '@novacron/contract/cost/cost-operations';
import { toAmount } from '@novacron/contract/cost/money';
import { TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { explainComparison } from '@novacron/engine/cost/explain-bill';
import type { BilledPeriod, CostChange } from '@novacron/engine/cost/model/bill';
import { planMonth } from '@novacron/engine/cost/plan-bill';
import { addResources, NO_RESOURCES, planComparison } from '@novacron/engine/cost/plan-comparison';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type CostDeps, currencyOf, periodOf, scopeOf, toHours } from './cost-scope.ts';
import { type LedgerQuery, readLedger } from './read-ledger.ts';

type Input = ParsedInputOf<'cost.compare'>;

/** Compares them. Problems: `forbidden`, `validation-failed`. */
export async function compareCosts(
  deps: CostDeps,
  input: Input,
  context: Pick<CallContext, 'principal'>,
): Promise<Result<CostComparison, Problem>> {
  const nowMs = deps.clock.nowMs();
  const tenant = await scopeOf(deps, input.tenant_id, context);
  if (!tenant.ok) return tenant;
  const later = periodOf(input, nowMs);
  if (!later.ok) return later;
  const earlier = earlierOf(input, later.value, nowMs);
  if (!earlier.ok) return earlier;
  const query = { tenantId: tenant.value, labels: input.labels, nowMs };
  const was = await addUp(deps, { ...query, period: earlier.value });
  const is = await addUp(deps, { ...query, period: later.value });
  const found = planComparison(was.resources, is.resources);
  const currency = await currencyOf(deps);
  const damaged = [...new Set([...was.damaged, ...is.damaged])];
  const origin = { period: later.value, earlier: earlier.value, currency, damaged };
  return ok({
    before: toPeriod(earlier.value, found.before),
    after: toPeriod(later.value, found.after),
    currency: currency ?? null,
    difference: toAmount(found.after - found.before),
    reasons: {
      new: toAmount(found.reasons.new),
      gone: toAmount(found.reasons.gone),
      resized: toAmount(found.reasons.resized),
      repriced: toAmount(found.reasons.repriced),
      hours: toAmount(found.reasons.hours),
    },
    changes: found.changes.slice(0, COST_CHANGES_MAX).map(toChange),
    omitted: Math.max(0, found.changes.length - COST_CHANGES_MAX),
    unknown_hours: toHours(found.unknownMs),
    damaged,
    explanation: [...explainComparison(found, origin)],
  });
}

/** By default the month before a month, and the same length before any other period. */
function earlierOf(
  { month, before_month, before_from, before_to }: Input,
  later: BilledPeriod,
  nowMs: number,
): Result<BilledPeriod, Problem> {
  const { fromMs, untilMs } = later;
  const named = { month: before_month, from: before_from, to: before_to };
  if (Object.values(named).some((each) => each !== undefined)) {
    return periodOf(named, nowMs, 'before_');
  }
  const isMonth = month !== undefined;
  return ok(isMonth ? planMonth(fromMs - 1) : { fromMs: 2 * fromMs - untilMs, untilMs: fromMs });
}

async function addUp({ store }: CostDeps, query: LedgerQuery) {
  let resources = NO_RESOURCES;
  const damaged: string[] = [];
  for await (const page of readLedger(store, query)) {
    resources = addResources(resources, page.intervals);
    damaged.push(...page.damaged);
  }
  return { resources, damaged };
}

function toPeriod({ fromMs, untilMs }: BilledPeriod, total: number) {
  return { from: toTimestamp(fromMs), to: toTimestamp(untilMs), total: toAmount(total) };
}

function toChange({ resourceId, name, kind, tenantId, before, after, reasons }: CostChange) {
  const parts = Object.entries(reasons).map(([reason, amount]) => [reason, toAmount(amount)]);
  return {
    resource_id: resourceId,
    resource: name,
    kind,
    tenant_id: TenantId.parse(tenantId),
    before: toAmount(before),
    after: toAmount(after),
    reasons: Object.fromEntries(parts),
  };
}
