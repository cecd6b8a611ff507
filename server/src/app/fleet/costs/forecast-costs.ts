/** Forecasts the cost of this month and the next. */

import type { CostForecast } from '@novacron/contract/cost/cost-operations';
import { toAmount } from '@novacron/contract/cost/money';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { explainSpend } from '@novacron/engine/cost/explain-bill';
import { addCharges, NO_SUMS, planBill, planMonth } from '@novacron/engine/cost/plan-bill';
import { planSpend, SPEND_METHOD } from '@novacron/engine/cost/plan-spend';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type CostDeps, currencyOf, scopeOf } from './cost-scope.ts';
import { readLedger } from './read-ledger.ts';

const DAY_MS = 86_400_000;

/** Days by which the range is estimated. */
const DAYS_MAX = 60;

const MONTH_LENGTH = '2026-11'.length;

/** Forecasts it. Problems: `forbidden`. */
export async function forecastCosts(
  deps: CostDeps,
  input: ParsedInputOf<'cost.forecast'>,
  context: Pick<CallContext, 'principal'>,
): Promise<Result<CostForecast, Problem>> {
  const nowMs = deps.clock.nowMs();
  const tenant = await scopeOf(deps, input.tenant_id, context);
  if (!tenant.ok) return tenant;
  const month = planMonth(nowMs);
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const fromMs = Math.min(month.fromMs, todayMs - DAYS_MAX * DAY_MS);
  const query = { period: { fromMs, untilMs: nowMs }, tenantId: tenant.value, nowMs };
  const spending = await addUp(deps, { ...query, labels: input.labels });
  const inMonth = spending.days.filter(({ day }) => Date.parse(day) >= month.fromMs);
  const complete = spending.days.filter(({ day }) => Date.parse(day) < todayMs);
  const { rate } = spending;
  const days = complete.map(({ amount }) => amount);
  const spent = inMonth.reduce((sum, { amount }) => sum + amount, 0);
  const currency = await currencyOf(deps);
  const facts = { rate, days, nowMs };
  const months = [
    { period: month, spent },
    { period: planMonth(month.untilMs), spent: 0 },
  ].map((own) => {
    const found = planSpend({ ...facts, ...own });
    return {
      month: toTimestamp(own.period.fromMs).slice(0, MONTH_LENGTH),
      spent: toAmount(found.spent),
      expected: toAmount(found.expected),
      lower: found.range === null ? null : toAmount(found.range.lower),
      upper: found.range === null ? null : toAmount(found.range.upper),
      explanation: [...explainSpend(found, { currency, rate })],
    };
  });
  return ok({
    currency: currency ?? null,
    rate_per_hour: toAmount(rate),
    unknown_rates: spending.unknown,
    months,
    method: SPEND_METHOD,
    damaged: spending.damaged,
  });
}

/** The amounts of each day with charges, and the rate now. */
async function addUp({ store }: CostDeps, query: Parameters<typeof readLedger>[1]) {
  let sums = NO_SUMS;
  let [rate, unknown] = [0, 0];
  const damaged: string[] = [];
  for await (const page of readLedger(store, query)) {
    sums = addCharges(sums, page.intervals, { period: query.period, groupBy: ['day'] });
    for (const charge of page.open) {
      rate += charge.rate ?? 0;
      unknown += charge.rate === null ? 1 : 0;
    }
    damaged.push(...page.damaged);
  }
  const { lines } = planBill(sums);
  const days = lines.map(({ keys, amount }) => ({ day: keys[0] ?? '', amount }));
  return { days, rate, unknown, damaged };
}
