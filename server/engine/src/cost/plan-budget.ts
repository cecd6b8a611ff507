/** Says what budgets still allow, and how much of each is used. */
import type { BudgetLevel } from '@novacron/contract/cost/budget';
import type { BilledPeriod } from './model/bill.ts';
import type { Budget, BudgetUse, RateLimit } from './model/budget.ts';
import type { ChargeInterval } from './model/charge.ts';
import type { Micros } from './model/price-list.ts';
import { roundHalfUp } from './rules/round-amounts.ts';
import { monthOf } from './rules/split-utc.ts';

const HOUR_MS = 3_600_000;

/** The charges of a period, cut to it; intervals without a known rate add nothing. */
export function planSpent(
  intervals: readonly Pick<ChargeInterval, 'rate' | 'fromMs' | 'untilMs'>[],
  { fromMs, untilMs }: BilledPeriod,
): Micros {
  const exact = intervals.reduce((sum, each) => {
    const lengthMs = Math.min(each.untilMs, untilMs) - Math.max(each.fromMs, fromMs);
    return sum + BigInt(each.rate ?? 0) * BigInt(Math.max(0, lengthMs));
  }, 0n);
  return Number(roundHalfUp(exact, BigInt(HOUR_MS)));
}

/** The lowest limit of all budgets as a rate; undefined: there is none. */
export function planRateLimit(
  budgets: readonly Budget[],
  spent: Micros,
  nowMs: number,
): RateLimit | undefined {
  const hours = hoursLeft(nowMs);
  const limits = budgets.flatMap(({ name, hourly, monthly }): RateLimit[] => [
    ...(hourly === null ? [] : [{ budget: name, of: 'hourly' as const, rateMax: hourly }]),
    ...(monthly === null
      ? []
      : [
          {
            budget: name,
            of: 'monthly' as const,
            rateMax: Math.floor((monthly - spent) / hours),
          },
        ]),
  ]);
  return limits.toSorted((left, right) => left.rateMax - right.rateMax)[0];
}

/** A change of what the resources of a tenant cost per hour, beside what they cost before. */
export interface AskedRate {
  readonly rate: Micros;
  readonly amount: Micros;
  /** Whether a request asks for it; whatever else happens is never refused. */
  readonly isAsked: boolean;
  readonly limit: RateLimit | undefined;
}

/** What happens to the rate of a tenant. */
export type RateMove =
  | { readonly kind: 'refused'; readonly limit: RateLimit }
  | {
      readonly kind: 'moves';
      readonly by: Micros;
      /** The rate before it must be at most this still; undefined: any. */
      readonly rateMax: Micros | undefined;
    };

/** Plans a change of the rate of a tenant. */
export function planRateMove({ rate, amount, isAsked, limit }: AskedRate): RateMove {
  // A count that is too low must not refuse a deletion.
  const by = Math.max(amount, -rate);
  if (!isAsked || amount <= 0 || limit === undefined)
    return { kind: 'moves', by, rateMax: undefined };
  const rateMax = limit.rateMax - by;
  return rate > rateMax ? { kind: 'refused', limit } : { kind: 'moves', by, rateMax };
}

/** The charges of the month if its rate stays as it is. */
export function planProjection({ rate, spent }: BudgetUse, nowMs: number): Micros {
  return spent + Math.round(rate * hoursLeft(nowMs));
}

/** A month is exceeded once it is spent; what is projected only raises an alert. */
export function planLevel(budget: Budget, use: BudgetUse, nowMs: number): BudgetLevel {
  const { hourly, monthly, warnRatio, alertRatio } = budget;
  const projected = planProjection(use, nowMs);
  if (hourly !== null && use.rate > hourly) return 'exceeded';
  if (monthly !== null && use.spent > monthly) return 'exceeded';
  const isFrom = (ratio: number) =>
    (hourly !== null && use.rate >= hourly * ratio) ||
    (monthly !== null && projected >= monthly * ratio);
  if (isFrom(alertRatio)) return 'alert';
  return isFrom(warnRatio) ? 'warn' : 'ok';
}

function hoursLeft(nowMs: number): number {
  return (monthOf(nowMs).untilMs - nowMs) / HOUR_MS;
}
