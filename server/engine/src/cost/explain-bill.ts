/** Bills, comparisons and forecasts in lines for people. */
import { toAmount } from '@novacron/contract/cost/money';
import type { Bill, BilledPeriod, CostComparison, SpendForecast } from './model/bill.ts';
import type { Micros } from './model/price-list.ts';
import { SPEND_DAYS_MIN } from './plan-spend.ts';

const HOUR_MS = 3_600_000;

/** Damaged rows that are named. */
const NAMED_MAX = 5;

/** What a bill was read from. */
export interface BillOrigin {
  readonly period: BilledPeriod;
  /** undefined: there is no price list. */
  readonly currency: string | undefined;
  /** Ids of rows of the ledger that cannot be read. */
  readonly damaged: readonly string[];
}

/** Explains a bill. */
export function explainBill({ total, unknownMs }: Bill, origin: BillOrigin): readonly string[] {
  const { currency } = origin;
  return [
    `${showMoney(total, currency)} from ${showPeriod(origin.period)}.`,
    ...explainGaps(unknownMs, origin),
  ];
}

/** Explains a comparison. */
export function explainComparison(
  { before, after, reasons, unknownMs }: CostComparison,
  origin: BillOrigin & { readonly earlier: BilledPeriod },
): readonly string[] {
  const { currency, period, earlier } = origin;
  const show = (amount: Micros) => showMoney(amount, currency);
  const lines = [
    ['New resources', reasons.new],
    ['Resources that are gone', reasons.gone],
    ['Resized resources', reasons.resized],
    ['New prices of the same size', reasons.repriced],
    ['More or fewer hours', reasons.hours],
  ] as const;
  return [
    `${show(after)} from ${showPeriod(period)}, ${show(before)} from ${showPeriod(earlier)}: ` +
      `a difference of ${show(after - before)}.`,
    ...lines.flatMap(([words, amount]) => (amount === 0 ? [] : [`${words}: ${show(amount)}.`])),
    ...explainGaps(unknownMs, origin),
  ];
}

/** Explains a forecast, with its method. */
export function explainSpend(
  { spent, expected, range }: SpendForecast,
  { currency, rate }: { readonly currency: string | undefined; readonly rate: Micros },
): readonly string[] {
  const show = (amount: Micros) => showMoney(amount, currency);
  return [
    `${show(expected)} expected: ${show(spent)} spent, and ${show(rate)} per hour from now on.`,
    range === null
      ? `There is no range: it needs ${SPEND_DAYS_MIN} complete days with charges.`
      : `Range ${show(range.lower)} to ${show(range.upper)}: 80 % of such forecasts on earlier ` +
        'days were within it.',
  ];
}

/** What is missing in the amounts. */
function explainGaps(unknownMs: number, { damaged }: BillOrigin): readonly string[] {
  const hours = Number((unknownMs / HOUR_MS).toFixed(2));
  const named = damaged.slice(0, NAMED_MAX).join(', ');
  const more = damaged.length > NAMED_MAX ? ', and more' : '';
  return [
    ...(unknownMs === 0 ? [] : [`${hours} hours have no known price and are not in the amounts.`]),
    ...(damaged.length === 0
      ? []
      : [`Damaged records of the ledger are not in the amounts: ${named}${more}.`]),
  ];
}

function showMoney(amount: Micros, currency: string | undefined): string {
  const units = toAmount(amount);
  const isSmall = Math.abs(units) < 1 && Math.round(units * 100) !== units * 100;
  const text = isSmall ? String(units) : units.toFixed(2);
  return currency === undefined ? text : `${text} ${currency}`;
}

function showPeriod({ fromMs, untilMs }: BilledPeriod): string {
  return `${new Date(fromMs).toISOString()} until ${new Date(untilMs).toISOString()}`;
}
