/** Probability that chance makes a coefficient as large as this one. */

/** Autocorrelation is estimated up to this share of the length (Pyper and Peterman, 1998). */
const LAGS_SHARE = 0.2;

/** Further lags cost more than they say: changes hardly depend on those of long ago. */
const LAGS_MAX = 200;

/**
 * Estimates how many of the pairs are independent: 1/N = 1/n + 2/n² × the sum over j of (n - j) ×
 * the autocorrelations of both at j. Source: Bartlett (1935, 1946); Pyper and Peterman (1998).
 * @param left - autocorrelations of the lags 1, 2, …
 * @returns at most n
 */
export function effectiveSize(
  n: number,
  left: readonly number[],
  right: readonly number[],
): number {
  let sum = 0;
  for (let lag = 1; lag <= Math.min(left.length, n - 1); lag += 1) {
    sum += ((n - lag) / n) * (left[lag - 1] ?? 0) * (right[lag - 1] ?? 0);
  }
  return Math.min(n, n / Math.max(1 + 2 * sum, 1 / n));
}

/** Number of lags whose autocorrelation counts, for a length. */
export function autocorrelationLags(length: number): number {
  return Math.min(LAGS_MAX, Math.floor(length * LAGS_SHARE));
}

/**
 * Probability of a coefficient as far from 0 by chance, of either sign. Source: Fisher (1921).
 * @param effectiveN - independent pairs; of 3 or fewer nothing is known
 */
export function chanceOf(coefficient: number, effectiveN: number): number {
  if (effectiveN <= 3) return 1;
  // An exact copy would be infinitely far away.
  const size = Math.min(Math.abs(coefficient), 1 - Number.EPSILON);
  return complementaryError((Math.atanh(size) * Math.sqrt(effectiveN - 3)) / Math.SQRT2);
}

/** Of numbers from 0 on. Source: Numerical Recipes, `erfcc`; the relative error is below 1.2e-7. */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const factor = FACTORS.reduceRight((sum, each) => sum * t + each, 0);
  return t * Math.exp(factor - x * x);
}

const FACTORS: readonly number[] = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
