/** Decides whether a model still fits what comes, and whether it may act. */
import type { DriftPlan, DriftQuestion } from './model/drift.ts';
import { stabilityIndex } from './rules/measure-drift.ts';
import { meanOf } from './rules/measure-errors.ts';

/** Fewer rows say nothing about a distribution. */
const ROWS_MIN = 100;

/** A shift, by the convention of the index. */
const INDEX_MAX = 0.25;

/** Errors of this many times those of the held-back rows are of another load. */
const MAE_RATIO_MAX = 1.5;

/** Judges. A model acts on until it is known that a rule is better. */
export function planDrift({
  profile,
  maeTrained,
  target,
  predicted,
  references,
  columns,
}: DriftQuestion): DriftPlan {
  const rows = target.length;
  if (rows < ROWS_MIN) {
    const unknown = { inputs: undefined, mae: undefined, ruleMae: undefined };
    return { rows, ...unknown, isDrifted: false, acts: true };
  }
  const [inputs] = profile
    .map((each, at) => ({
      name: each.name,
      index: stabilityIndex(each, columns[at] ?? new Float64Array()),
    }))
    .toSorted((a, b) => b.index - a.index);
  const mae = meanOf(errorsOf(target, predicted));
  // Rules are measured where they know something.
  const ruleMaes = references
    .map((reference) => errorsOf(target, reference).filter((error) => !Number.isNaN(error)))
    .filter((errors) => errors.length >= rows / 2)
    .map(meanOf);
  const ruleMae = ruleMaes.length === 0 ? undefined : Math.min(...ruleMaes);
  const acts = ruleMae === undefined || mae < ruleMae;
  const isWorse = mae > MAE_RATIO_MAX * maeTrained;
  const isShifted = inputs !== undefined && inputs.index > INDEX_MAX;
  return { rows, inputs, mae, ruleMae, isDrifted: isShifted || isWorse || !acts, acts };
}

function errorsOf(target: Float64Array, predicted: Float64Array): Float64Array {
  return target.map((value, row) => Math.abs(value - (predicted[row] ?? Number.NaN)));
}
