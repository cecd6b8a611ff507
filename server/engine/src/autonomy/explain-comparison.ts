/** A comparison in lines for people. */
import { roundTo } from '../round.ts';
import type { Comparison, ControllerTotals } from './model/comparison.ts';

const NAMES: Readonly<Record<ControllerTotals['name'], string>> = {
  nothing: 'nothing',
  'scaling-and-optimizer': 'scaling and optimizer',
  'simple-rule': 'simple rule',
  model: 'model',
  oracle: 'oracle',
};

const WIDTHS = [22, 9, 8, 9];

/** A table, and what follows from it. */
export function explainComparison(compared: Comparison): readonly string[] {
  const { controllers, saving, isSloKept, worstDay, agreement, isBetter } = compared;
  const rows = controllers.map(({ name, cost, misses, total }) =>
    toRow([NAMES[name], `${roundTo(cost, 0)}`, `${misses}`, `${roundTo(total, 0)}`]),
  );
  const { agreed, important, active, successful } = agreement;
  const gain = percent(compared.improvement.estimate);
  const slo = isSloKept ? 'no more misses' : 'more misses';
  return [
    toRow(['decided by', 'cost', 'misses', 'total']),
    ...rows,
    `The model costs ${percent(saving)} less than scaling and optimizer, with ${slo}.`,
    `On its worst day its total is ${percent(worstDay)} above that of doing nothing.`,
    `It is as good as the oracle in ${percent(agreed)} of ${important} important decisions.`,
    `Of ${active} decisions to do something, ${percent(successful)} are no worse than waiting.`,
    isBetter
      ? `Its total is ${gain} below that of the best rule, beyond chance.`
      : 'It is not better than the best rule beyond chance, so it may not act.',
  ];
}

function toRow(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padStart(WIDTHS[at] ?? 0)).join('');
}

function percent(share: number): string {
  return `${roundTo(100 * share, 1)} %`;
}
