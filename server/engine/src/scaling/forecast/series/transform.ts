/** Scales on which models work: some series change by amounts, others by ratios. */

/** There and back. */
export interface Transform {
  readonly forward: (values: Float64Array) => Float64Array;
  readonly back: (values: Float64Array) => Float64Array;
}

/** `root`: between amounts and ratios. */
export type TransformName = 'raw' | 'root' | 'log';

/** Offset before the logarithm if values reach 0, relative to their mean. */
const OFFSET_RATIO = 0.02;

const RAW: Transform = { forward: (values) => values, back: (values) => values };

const ROOT: Transform = {
  forward: (values) => values.map((value) => Math.sqrt(Math.max(0, value))),
  back: (values) => values.map((value) => Math.max(0, value) ** 2),
};

/** Makes the transform for a series; one with negative values stays as it is. */
export function makeTransform(name: TransformName, values: Float64Array): Transform {
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  if (name === 'raw' || least < 0) return RAW;
  if (name === 'root') return ROOT;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  if (mean <= 0) return RAW;
  const offset = least > 0 ? 0 : OFFSET_RATIO * mean;
  return {
    forward: (all) => all.map((value) => Math.log(Math.max(value + offset, Number.MIN_VALUE))),
    back: (all) => all.map((value) => Math.max(0, Math.exp(value) - offset)),
  };
}
