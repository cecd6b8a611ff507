/** An evaluation in lines for people. */
import { roundTo } from '../round.ts';
import type { Evaluation, Gain, SizeTotals } from './model/evaluation.ts';

const WIDTHS = [16, 10, 8, 10, 8];

/** What it is based on, a table, and a verdict. */
export function explainEvaluation(evaluation: Evaluation): readonly string[] {
  const { used, leftOut, changed, model, decided, rules, overDecided, overRules } = evaluation;
  const { unmeasured, saturated, repeated } = leftOut;
  const rowOf = (name: string, { cost, misses, total }: SizeTotals) =>
    toRow([name, figure(cost), `${misses}`, figure(total), `${roundTo(total / used, 3)}`]);
  return [
    `${used} decisions are used.`,
    `Left out: ${unmeasured} without an outcome, ${saturated} with members in full use, ` +
      `${repeated} repeated.`,
    `The model decides another size in ${changed} of them.`,
    toRow(['decided by', 'VM-hours', 'misses', 'total', 'mean']),
    rowOf('this model', model),
    rowOf('as recorded', decided),
    rowOf('own rules', rules),
    `${compared(overDecided, 'that of what was decided')} ${verdictOf(evaluation)}`,
    compared(overRules, "that of the groups' own rules"),
  ];
}

/** Whether the model may replace the one of the records, a sentence. */
function verdictOf({ overDecided: { estimate, lower, upper } }: Evaluation): string {
  if (lower > 0) return 'The model is better, beyond chance.';
  if (upper < 0) return 'The model is worse, beyond chance.';
  if (estimate === 0) return 'The model is as good.';
  return estimate > 0
    ? 'The model is no worse; the difference may be chance.'
    : 'The model is worse, although the difference may be chance.';
}

function compared({ estimate, lower, upper }: Gain, other: string): string {
  if (estimate === 0) return `Its total is ${other}.`;
  const side = estimate > 0 ? 'below' : 'above';
  const [least, most] = estimate > 0 ? [lower, upper] : [-upper, -lower];
  return (
    `Its total is ${percent(Math.abs(estimate))} ${side} ${other} ` +
    `(98 % interval: ${percent(least)} to ${percent(most)}).`
  );
}

function toRow(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padStart(WIDTHS[at] ?? 0)).join('');
}

function figure(value: number): string {
  return `${roundTo(value, 1)}`;
}

function percent(share: number): string {
  return `${roundTo(100 * share, 1)} %`;
}
