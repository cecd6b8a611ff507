/** Whether two samples differ beyond chance. Both answers are two-sided probabilities. */
import { varianceOf } from './batch-means.ts';
import { meanOf } from './measure-errors.ts';

/** The t-test of samples with different variances. Source: Welch (1947). */
export function welchTest(left: Float64Array, right: Float64Array): number {
  const [a, b] = [varianceOf(left) / left.length, varianceOf(right) / right.length];
  const difference = meanOf(left) - meanOf(right);
  if (a + b === 0) return difference === 0 ? 1 : 0;
  const t = difference / Math.sqrt(a + b);
  const freedom = (a + b) ** 2 / (a ** 2 / (left.length - 1) + b ** 2 / (right.length - 1));
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 1 / 2);
}

/**
 * The rank test, with the correction for ties and for continuity of its normal approximation.
 * Source: Mann and Whitney (1947).
 */
export function mannWhitneyTest(left: Float64Array, right: Float64Array): number {
  const all = [
    ...Array.from(left, (value) => ({ value, isLeft: true })),
    ...Array.from(right, (value) => ({ value, isLeft: false })),
  ].toSorted((one, other) => one.value - other.value);
  let [ranks, ties] = [0, 0];
  for (let from = 0; from < all.length; ) {
    let until = from;
    while (until < all.length && all[until]?.value === all[from]?.value) until += 1;
    const count = until - from;
    const own = all.slice(from, until).filter(({ isLeft }) => isLeft).length;
    ranks += (own * (from + 1 + until)) / 2;
    ties += count ** 3 - count;
    from = until;
  }
  const [n, m, whole] = [left.length, right.length, all.length];
  const distance = Math.abs(ranks - (n * (n + 1)) / 2 - (n * m) / 2);
  const variance = ((n * m) / 12) * (whole + 1 - ties / (whole * (whole - 1)));
  if (variance === 0) return 1;
  const z = Math.max(0, distance - 1 / 2) / Math.sqrt(variance);
  return 2 * (1 - normalShare(z));
}

/** Share of a standard normal distribution below a number. Source: Abramowitz, Stegun, 26.2.17. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const sum = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153].reduce(
    (rest, factor) => (rest + factor) * t,
    0,
  );
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** The regularized incomplete beta function. Source: Numerical Recipes, `betai` and `betacf`. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return Math.min(1, Math.max(0, x));
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

const ROUNDS_MAX = 200;
const ACCURACY = 1e-12;
const TINY = 1e-300;

function continuedFraction(x: number, a: number, b: number): number {
  const apart = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= ROUNDS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let last = 1;
    for (const factor of [even, odd]) {
      d = 1 / apart(1 + factor * d);
      c = apart(1 + factor / c);
      last = c * d;
      result *= last;
    }
    if (Math.abs(last - 1) < ACCURACY) break;
  }
  return result;
}

/** Source: Lanczos (1964), as in Numerical Recipes, `gammln`. */
const LANCZOS: readonly number[] = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155,
  0.001208650973866179, -0.000005395239384953,
];

function logGamma(x: number): number {
  const near = x + 5.5;
  const sum = LANCZOS.reduce((rest, factor, at) => rest + factor / (x + at + 1), 1.000000000190015);
  return (x + 1 / 2) * Math.log(near) - near + Math.log((Math.sqrt(2 * Math.PI) * sum) / x);
}
