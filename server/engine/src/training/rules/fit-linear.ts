/** Least squares over all features: the simple rule that most data needs no more than. */
import type { LearnedRules, LinearTerm } from '../model/simple-rules.ts';
import type { Table } from '../model/table.ts';
import { meanOf } from './measure-errors.ts';

/** Keeps equal features from making the equations unsolvable. */
const RIDGE = 1e-6;

/** Fits around the mean of the target. */
export function fitLinear({ columns, target }: Table): readonly LinearTerm[] {
  const scales = columns.map((column) => {
    const known = column.filter((value) => !Number.isNaN(value));
    const mean = meanOf(known);
    const deviation = Math.sqrt(meanOf(known.map((value) => (value - mean) ** 2)));
    return { mean, deviation: deviation === 0 ? 1 : deviation };
  });
  const base = meanOf(target);
  const rows = scales.map((scale, index) => scaled(columns[index], scale));
  const left = target.map((value) => value - base);
  const equations = rows.map((one, index) => [
    ...rows.map((other, at) => product(one, other) + (at === index ? RIDGE * left.length : 0)),
    product(one, left),
  ]);
  const weights = solve(equations);
  return scales.map((scale, index) => ({ ...scale, weight: weights[index] ?? 0 }));
}

/** Predicts. A missing value counts as the mean of its feature. */
export function predictLinear(
  { mean, linear }: LearnedRules,
  columns: Table['columns'],
): Float64Array {
  const predicted = new Float64Array(columns[0]?.length ?? 0).fill(mean);
  linear.forEach((term, index) => {
    scaled(columns[index], term).forEach((value, row) => {
      predicted[row] = (predicted[row] ?? 0) + term.weight * value;
    });
  });
  return predicted;
}

function scaled(
  column: Float64Array | undefined,
  { mean, deviation }: Pick<LinearTerm, 'mean' | 'deviation'>,
): Float64Array {
  return (column ?? new Float64Array()).map((value) =>
    Number.isNaN(value) ? 0 : (value - mean) / deviation,
  );
}

function product(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

/** Solves linear equations by elimination. The diagonal is positive (RIDGE). */
function solve(equations: number[][]): readonly number[] {
  const size = equations.length;
  for (let at = 0; at < size; at += 1) {
    const own = equations[at] ?? [];
    for (let other = 0; other < size; other += 1) {
      const row = equations[other] ?? [];
      if (other === at || own[at] === 0) continue;
      const factor = (row[at] ?? 0) / (own[at] ?? 1);
      for (let column = at; column <= size; column += 1) {
        row[column] = (row[column] ?? 0) - factor * (own[column] ?? 0);
      }
    }
  }
  return equations.map((row, at) => (row[at] === 0 ? 0 : (row[size] ?? 0) / (row[at] ?? 1)));
}
