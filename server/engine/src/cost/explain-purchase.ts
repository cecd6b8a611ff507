/** Explains ways to buy a VM in lines for people. */
import { toAmount } from '@novacron/contract/cost/money';
import type { Micros } from './model/price-list.ts';
import type { PurchaseOption, PurchasePlan, PurchaseQuestion } from './model/purchase.ts';

const PERCENT = 100;

/** Explains a plan: what each way to buy costs, and what it gives up. */
export function explainPurchase(
  { options, refusedSpot }: PurchasePlan,
  { list, hoursPerMonth, months, spotRiskMax }: PurchaseQuestion,
): readonly string[] {
  const [best] = options;
  if (best === undefined) return ['The price list has no type that is large enough.'];
  const period = `${hoursPerMonth.toFixed(0)} hours per month, ${countOf(months, 'month')}`;
  const lines = options.map((option) => {
    const cost = `${nameOption(option)}: ${moneyOf(option.total)} ${list.currency}`;
    return `${cost}${savingsOf(option)}. ${describeTradeOff(option)}`;
  });
  const left = refusedSpot === null ? [] : [explainRefusal(refusedSpot, spotRiskMax)];
  return [`Cheapest for ${period}: ${nameOption(best)}.`, ...lines, ...left];
}

/** What a way to buy gives up, or commits to. */
export function describeTradeOff(option: PurchaseOption): string {
  const { kind, years, upfront, breakEvenHours, risk } = option;
  switch (kind) {
    case 'on_demand':
      return 'No commitment and no interruptions.';
    case 'spot':
      return risk === 0
        ? 'It may be stopped to make room for other VMs.'
        : `It may be interrupted: with a probability of ${percentOf(risk)} within a month.`;
    case 'reserved': {
      const paid = upfront === 0 ? '' : ` ${moneyOf(upfront)} are paid at the start of each term.`;
      const even =
        breakEvenHours === null
          ? ' It never costs less than on demand.'
          : ` It costs less than on demand from ${Math.ceil(breakEvenHours)} hours per month.`;
      return `All hours of ${countOf(years ?? 0, 'year')} are paid, used or not.${paid}${even}`;
    }
  }
}

function nameOption({ kind, type, years, upfront, hourly }: PurchaseOption): string {
  const of = type === null ? '' : ` (${type})`;
  switch (kind) {
    case 'on_demand':
      return `on demand${of}`;
    case 'spot':
      return `spot${of}`;
    case 'reserved': {
      const payment = hourly === 0 ? 'all upfront' : upfront === 0 ? 'no upfront' : 'part upfront';
      return `reserved for ${countOf(years ?? 0, 'year')}, ${payment}${of}`;
    }
  }
}

function savingsOf({ kind, total, savings }: PurchaseOption): string {
  if (kind === 'on_demand' || savings === 0) return '';
  const ratio = percentOf(Math.abs(savings) / Math.max(1, total + savings));
  const than = `${ratio} ${savings > 0 ? 'less' : 'more'} than on demand`;
  return `, ${than}`;
}

function explainRefusal(
  { type, risk }: NonNullable<PurchasePlan['refusedSpot']>,
  spotRiskMax: number,
): string {
  const what = type === null ? 'A spot price' : `The spot price of ${type}`;
  const why =
    risk === undefined
      ? 'its interruption risk is not known'
      : `its interruption risk is ${percentOf(risk)}, and ${percentOf(spotRiskMax)} is accepted`;
  return `${what} is lower, but left out: ${why}.`;
}

function moneyOf(amount: Micros): string {
  return toAmount(amount).toFixed(2);
}

function percentOf(ratio: number): string {
  return `${Math.round(ratio * PERCENT)} %`;
}

function countOf(count: number, unit: string): string {
  return `${count} ${count === 1 ? unit : `${unit}s`}`;
}
