/** Compares the errors of two predictions of the same rows. */
import { meanOf } from './measure-errors.ts';

/** Errors of neighbouring rows resemble each other; means of this many parts hardly do. */
const PARTS = 20;

/** One-sided 99 % quantile of Student's t with 19 degrees of freedom. */
const QUANTILE = 2.539;

/**
 * By how much the absolute errors of a model are below those of a rule. The interval comes from
 * batch means. Source: Law and Kelton, "Simulation Modeling and Analysis" (2000), chapter 9.
 * @returns shares of the mean error of the rule
 */
export function compareErrors(
  target: Float64Array,
  model: Float64Array,
  rule: Float64Array,
): { readonly estimate: number; readonly lower: number } {
  const gains = target.map(
    (value, row) => Math.abs(value - (rule[row] ?? 0)) - Math.abs(value - (model[row] ?? 0)),
  );
  const whole = meanOf(target.map((value, row) => Math.abs(value - (rule[row] ?? 0))));
  if (whole === 0) return { estimate: 0, lower: 0 };
  const limit = (part: number) => Math.floor((gains.length * part) / PARTS);
  const means = Float64Array.from({ length: PARTS }, (_, part) =>
    meanOf(gains.subarray(limit(part), limit(part + 1))),
  );
  const mean = meanOf(gains);
  const variance = meanOf(means.map((value) => (value - mean) ** 2)) * (PARTS / (PARTS - 1));
  const lower = mean - QUANTILE * Math.sqrt(variance / PARTS);
  return { estimate: mean / whole, lower: lower / whole };
}
