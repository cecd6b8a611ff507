/** Measures a model with worse inputs than it was trained with. */
import type { Rng } from '../../env.ts';
import type { BoostedTrees } from '../model/boosted-trees.ts';
import type { Table } from '../model/table.ts';
import type { Evaluation } from '../model/training.ts';
import { predictRows } from './boost-trees.ts';
import { meanAbsoluteError, meanOf } from './measure-errors.ts';

/** Standard deviation of the noise, as a share of that of the feature. */
const NOISE = 0.1;

/** Share of values that are missing. */
const MISSING = 0.2;

/** Errors with noise, and with missing values. */
export function measureRobustness(
  trees: BoostedTrees,
  { columns, target }: Table,
  rng: Rng,
): Evaluation['robustness'] {
  const maeOf = (changed: Table['columns']) =>
    meanAbsoluteError(target, predictRows(trees, changed));
  const [shaking, dropping] = [rng.fork('noise'), rng.fork('missing')];
  const noisy = columns.map((column) => {
    const known = column.filter((value) => !Number.isNaN(value));
    const mean = meanOf(known);
    const spread = Math.sqrt(meanOf(known.map((value) => (value - mean) ** 2)));
    return column.map((value) => value + NOISE * spread * normal(shaking));
  });
  const sparse = columns.map((column) =>
    column.map((value) => (dropping.next() < MISSING ? Number.NaN : value)),
  );
  return { noisyMae: maeOf(noisy), missingMae: maeOf(sparse) };
}

/** A standard normal number (Box and Muller, 1958). */
export function normal(rng: Rng): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.next()));
  return radius * Math.cos(2 * Math.PI * rng.next());
}
