/** What a plan costs, in words. */
import { toAmount, toMicros } from '@novacron/contract/cost/money';
import { countOf } from '../../../../output/count-of.ts';
import { plainLine } from '../../../../output/plain-text.ts';
import { markdownCode, markdownTable, markdownText } from '../../../../output/write-markdown.ts';
import type { BudgetLeft, CostChange, PlanCost } from './review-model.ts';

/** A line for each sum, and one for each resource whose cost changes. */
export function costLines(cost: PlanCost): readonly string[] {
  const changes = cost.changes.map(
    ({ address, ...change }) => `  ${plainLine(address)}: ${cells(cost, change).join(', ')}`,
  );
  return [`cost: ${sumOf(cost)}`, ...changes, ...notes(cost)];
}

/** The same for a comment on a pull request. */
export function costMarkdown(cost: PlanCost): string {
  const rows = cost.changes.map(({ address, ...change }) => [
    markdownCode(plainLine(address)),
    cells(cost, change).join(', '),
  ]);
  const lines = [sumOf(cost), ...notes(cost)].map((line) => `\n${markdownText(line)}\n`);
  return `\n### Cost\n${lines.join('')}${markdownTable(['resource', 'cost'], rows)}`;
}

function sumOf(cost: PlanCost): string {
  if (cost.changes.length > 0) return cells(cost, cost).join(', ');
  return cost.unknown.length === 0 ? 'unchanged' : 'no known change';
}

/** Change, before and after, each with its currency. */
function cells({ currency }: Pick<PlanCost, 'currency'>, change: CostChange): readonly string[] {
  const { per_hour_before: before, per_hour_after: least, per_hour_max: most } = change;
  const show = (low: string, high: string) =>
    `${low === high ? low : `${low} to ${high}`} ${currency}/h`;
  return [
    show(difference(least, before), difference(most, before)),
    `before ${show(String(before), String(before))}`,
    `after ${show(String(least), String(most))}`,
  ];
}

function difference(after: number, before: number): string {
  const amount = toAmount(toMicros(after) - toMicros(before));
  return amount < 0 ? String(amount) : `+${amount}`;
}

/** What the sums leave out, and what a budget leaves. */
function notes({ unknown, budget, currency }: PlanCost): readonly string[] {
  const have = unknown.length === 1 ? 'has' : 'have';
  const count = countOf(unknown.length, 'resource');
  const missing = `${count} ${have} no known price: ${unknown.map(plainLine).join(', ')}`;
  return [
    ...(budget === null ? [] : [leftOf(budget, currency)]),
    ...(unknown.length === 0 ? [] : [missing]),
  ];
}

function leftOf(budget: BudgetLeft, currency: string | null): string {
  const { name, limit_per_hour, left_per_hour, left_after } = budget;
  const [limit, left, rest] = [limit_per_hour, left_per_hour, left_after].map(
    (amount) => `${amount} ${currency}/h`,
  );
  return `budget ${name}: ${rest} of ${limit} left after the plan, ${left} before`;
}
