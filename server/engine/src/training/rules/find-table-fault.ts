/** Finds why no model can learn from a table. */
import type { Table } from '../model/table.ts';
import { meanOf } from './measure-errors.ts';

const ROWS_MIN = 200;
const FEATURES_MAX = 200;

/** Squares of larger values add up to infinity. */
const VALUE_MAX = 1e100;

/** A feature that resembles the target more than this is the target. */
const CORRELATION_MAX = 0.99999;

/** A fault in words, and what to do about it. */
interface Fault {
  readonly detail: string;
  readonly remedy: string;
}

/** Returns the first fault; undefined if a model can learn from the table. */
export function findTableFault({ features, columns, target }: Table): Fault | undefined {
  const count = target.length;
  if (count < ROWS_MIN) {
    return fault(`${count} rows are too few to learn from`, `Provide at least ${ROWS_MIN} rows.`);
  }
  if (columns.length === 0 || columns.length > FEATURES_MAX) {
    return fault(`${columns.length} features`, `Provide 1 to ${FEATURES_MAX} features.`);
  }
  const missing = target.findIndex((value) => !Number.isFinite(value));
  if (missing >= 0) {
    return fault(`row ${missing + 1} has no target`, 'Remove rows without a finite target.');
  }
  if (target.every((value) => value === target[0])) {
    return fault('the target is the same in all rows', 'Provide rows with different targets.');
  }
  const huge = [...columns, target].findIndex((column) =>
    column.some((value) => Math.abs(value) > VALUE_MAX),
  );
  if (huge >= 0) {
    const name = huge < columns.length ? `feature ${features[huge]}` : 'the target';
    return fault(`${name} has a value above 1e100`, 'Remove it, or leave the cell empty.');
  }
  const leak = columns.findIndex((column) => correlation(column, target) > CORRELATION_MAX);
  if (leak < 0) return undefined;
  return fault(
    `feature ${features[leak]} is the target in other words, which is not known in advance`,
    'Remove the feature.',
  );
}

function fault(detail: string, remedy: string): Fault {
  return { detail: `${detail}.`, remedy };
}

/** Absolute value of Pearson's correlation over rows with a value; 0 for a constant. */
function correlation(column: Float64Array, target: Float64Array): number {
  const known = target.map((value, row) =>
    Number.isNaN(column[row] ?? Number.NaN) ? Number.NaN : value,
  );
  const [xs, ys] = [column, known].map((values) => values.filter((value) => !Number.isNaN(value)));
  if (xs === undefined || ys === undefined || xs.length === 0) return 0;
  const [x, y] = [meanOf(xs), meanOf(ys)];
  const covariance = meanOf(xs.map((value, row) => (value - x) * ((ys[row] ?? 0) - y)));
  const spread =
    meanOf(xs.map((value) => (value - x) ** 2)) * meanOf(ys.map((value) => (value - y) ** 2));
  return spread === 0 ? 0 : Math.abs(covariance) / Math.sqrt(spread);
}
