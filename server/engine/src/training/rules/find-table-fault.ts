/** Finds why no model can learn from a table. */
import type { Table } from '../model/table.ts';
import { correlation, rankCorrelation } from './correlate.ts';
import type { RowOrder } from './split-rows.ts';

const ROWS_MIN = 200;
const FEATURES_MAX = 200;

/** Squares of larger values add up to infinity. */
const VALUE_MAX = 1e100;

/** A feature that resembles the target more than this is the target. */
const CORRELATION_MAX = 0.99999;

/** Neighbours of a smooth series resemble each other: a copy of the next row is exact. */
const NEXT_CORRELATION_MAX = 1 - 1e-9;

/** A target that only grows has the order of each series that only grows. */
const TREND_MAX = 0.99;

/** A fault in words, and what to do about it. */
interface Fault {
  readonly detail: string;
  readonly remedy: string;
}

/** Returns the first fault; undefined if a model can learn from the table. */
export function findTableFault(
  { features, columns, target }: Table,
  order: RowOrder,
): Fault | undefined {
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
  return findLeak({ features, columns, target }, order);
}

/**
 * Finds a feature that would not be known in advance: the target, or what it becomes. Within a step
 * the target may follow exactly from a feature, as latency from load; across a horizon it may not.
 */
function findLeak(
  { features, columns, target }: Table,
  { isTimed, gap }: RowOrder,
): Fault | undefined {
  const isTrend = rankCorrelation(Float64Array.from(target.keys()), target) > TREND_MAX;
  const saysRank = gap > 0 && !isTrend;
  for (const [at, column] of columns.entries()) {
    const isCopy =
      correlation(column, target) > CORRELATION_MAX ||
      (saysRank && rankCorrelation(column, target) > CORRELATION_MAX);
    if (isCopy) return leak(features[at], 'the target in other words');
    const isNext = correlation(column.subarray(0, -1), target.subarray(1)) > NEXT_CORRELATION_MAX;
    if (isTimed && isNext) return leak(features[at], 'the target of the row after it');
  }
  return undefined;
}

function leak(feature = '', what: string): Fault {
  const detail = `feature ${feature} is ${what}, which is not known in advance`;
  return fault(detail, 'Remove the feature.');
}

function fault(detail: string, remedy: string): Fault {
  return { detail: `${detail}.`, remedy };
}
