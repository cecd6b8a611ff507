/** Splits the rows of a table into those to learn from and those to test with. */
import type { Rng } from '../../env.ts';
import type { Table } from '../model/table.ts';

/** Rows to learn from, and rows to test with. */
export interface RowSplit {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Whether rows are in order of time, and how many are left out before those to test with. */
export interface RowOrder {
  readonly isTimed: boolean;
  readonly gap: number;
}

/** Holds back a share of the rows: the last ones if they are in order. @param gap - left out */
export function holdBack(order: Int32Array, share: number, gap = 0): RowSplit {
  const kept = Math.floor(order.length * (1 - share));
  return { train: order.subarray(0, Math.max(0, kept - gap)), test: order.subarray(kept) };
}

/**
 * Folds of cross-validation. Rows in order of time have a rolling origin: each fold learns from all
 * rows before those that it tests. Source: Tashman, "Out-of-sample tests of forecasting accuracy:
 * an analysis and review" (2000).
 */
export function foldRows(
  order: Int32Array,
  folds: number,
  { isTimed, gap }: RowOrder,
): readonly RowSplit[] {
  const parts = isTimed ? folds + 1 : folds;
  const limit = (part: number) => Math.floor((order.length * part) / parts);
  return Array.from({ length: folds }, (_, fold) => {
    const part = isTimed ? fold + 1 : fold;
    const [from, until] = [limit(part), limit(part + 1)];
    const train = isTimed
      ? order.subarray(0, Math.max(0, from - gap))
      : Int32Array.from([...order.subarray(0, from), ...order.subarray(until)]);
    return { train, test: order.subarray(from, until) };
  });
}

/** The numbers of all rows: as they are, or shuffled. */
export function orderRows(count: number, rng: Rng | undefined): Int32Array {
  const order = Int32Array.from({ length: count }, (_, row) => row);
  if (rng === undefined) return order;
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(rng.next() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

/** The named rows of a table, in that order. */
export function takeRows(
  { features, columns, target, references = [] }: Table,
  rows: Int32Array,
): Table & Required<Pick<Table, 'references'>> {
  const take = (column: Float64Array) =>
    Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  return {
    features,
    columns: columns.map(take),
    target: take(target),
    references: references.map(({ rule, predicted }) => ({ rule, predicted: take(predicted) })),
  };
}
