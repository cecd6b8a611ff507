/** Compares what a VM group has cost with what it would have cost with a fixed size. */
import type { BilledPeriod } from './model/bill.ts';
import type { ChargeInterval } from './model/charge.ts';
import type { Micros } from './model/price-list.ts';
import { addCharges, cutCharge, NO_SUMS, planBill } from './plan-bill.ts';

/** What scaling has saved for one group in a period. */
export interface ScalingSavings {
  /** What its members have cost. */
  readonly actual: Micros;
  /** Greatest number of members that ran at once. */
  readonly peak: number;
  /** What that number of members would have cost for the whole period, at the mean rate. */
  readonly counterfactual: Micros;
  /** Counterfactual less actual. */
  readonly savings: Micros;
  /** Savings divided by the actual cost; null where that is 0. */
  readonly roi: number | null;
}

/**
 * Plans the savings of a group.
 * @param intervals - of its members
 * @returns undefined where a rate is not known
 */
export function planSavings(
  intervals: readonly ChargeInterval[],
  period: BilledPeriod,
): ScalingSavings | undefined {
  const running = intervals
    .filter(({ state }) => state === 'running')
    .map((interval) => cutCharge(interval, period))
    .filter(({ fromMs, untilMs }) => fromMs < untilMs);
  const whole = billOf(intervals, period);
  if (whole.unknownMs > 0) return undefined;
  const ran = billOf(running, period);
  const peak = countMost(running);
  const memberMs = peak * (period.untilMs - period.fromMs);
  const counterfactual =
    ran.chargedMs === 0 ? 0 : Math.round((ran.total / ran.chargedMs) * memberMs);
  const actual = whole.total;
  const savings = counterfactual - actual;
  return { actual, peak, counterfactual, savings, roi: actual === 0 ? null : savings / actual };
}

function billOf(intervals: readonly ChargeInterval[], period: BilledPeriod) {
  return planBill(addCharges(NO_SUMS, intervals, { period, groupBy: [] }));
}

/** The greatest number of intervals at one moment; one that ends does not meet one that begins. */
function countMost(intervals: readonly ChargeInterval[]): number {
  const steps = intervals
    .flatMap(({ fromMs, untilMs }) => [
      { atMs: fromMs, by: 1 },
      { atMs: untilMs, by: -1 },
    ])
    .toSorted((left, right) => left.atMs - right.atMs || left.by - right.by);
  let [now, most] = [0, 0];
  for (const { by } of steps) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
