/** The simple rules that a model is measured beside, after training and while it acts. */
import type { LearnedRules, RuleName } from '../model/simple-rules.ts';
import type { Table } from '../model/table.ts';
import { fitLinear, predictLinear } from './fit-linear.ts';
import { meanOf } from './measure-errors.ts';

/** Learns the rules from the rows that the model learns from. */
export function learnRules(table: Table): LearnedRules {
  return { mean: meanOf(table.target), linear: fitLinear(table) };
}

/** Predictions of all rules; a reference that knows nothing of a row predicts the mean. */
export function predictByRules(
  learned: LearnedRules,
  { columns, target, references = [] }: Pick<Table, 'columns' | 'target' | 'references'>,
): readonly { readonly rule: RuleName; readonly predicted: Float64Array }[] {
  const { mean } = learned;
  return [
    { rule: 'mean', predicted: new Float64Array(target.length).fill(mean) },
    { rule: 'linear', predicted: predictLinear(learned, columns) },
    ...references.map(({ rule, predicted }) => ({
      rule,
      predicted: predicted.map((value) => (Number.isNaN(value) ? mean : value)),
    })),
  ];
}
