/** Least squares over all features: the simple rule that most data needs no more than. */
import type { Table } from '../model/table.ts';
import { meanOf } from './measure-errors.ts';

/** Keeps equal features from making the equations unsolvable. */
const RIDGE = 1e-6;

/** Fits, and returns what predicts. A missing value counts as the mean of its feature. */
export function fitLinear({ columns, target }: Table): (columns: Table['columns']) => Float64Array {
  const scales = columns.map((column) => {
    const known = column.filter((value) => !Number.isNaN(value));
    const mean = meanOf(known);
    const deviation = Math.sqrt(meanOf(known.map((value) => (value - mean) ** 2)));
    return { mean, deviation: deviation === 0 ? 1 : deviation };
  });
  const scaled = (all: Table['columns']) =>
    all.map((column, index) => {
      const { mean, deviation } = scales[index] ?? { mean: 0, deviation: 1 };
      return column.map((value) => (Number.isNaN(value) ? 0 : (value - mean) / deviation));
    });
  const base = meanOf(target);
  const rows = scaled(columns);
  const left = target.map((value) => value - base);
  const equations = rows.map((one, index) => [
    ...rows.map((other, at) => product(one, other) + (at === index ? RIDGE * left.length : 0)),
    product(one, left),
  ]);
  const weights = solve(equations);
  return (all) => {
    const predicted = new Float64Array(all[0]?.length ?? 0).fill(base);
    scaled(all).forEach((column, index) => {
      const weight = weights[index] ?? 0;
      for (let row = 0; row < predicted.length; row += 1) {
        predicted[row] = (predicted[row] ?? 0) + weight * (column[row] ?? 0);
      }
    });
    return predicted;
  };
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
