/**
 * Returns the quantile of the standard normal distribution, with a relative error below 1.2e-9.
 * @param share - probability, above 0 and below 1; the ends are moved inside
 * @remarks Source: Acklam, "An algorithm for computing the inverse normal cumulative distribution
 * function" (2003): rational approximations of the centre and of the tails.
 */
export function inverseNormal(share: number): number {
  const p = Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, share));
  if (p < TAIL) return tailAt(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - TAIL) return -tailAt(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(CENTRE_TOP, r) * q) / (polynomial(CENTRE_BOTTOM, r) * r + 1);
}

const SHARE_MIN = 1e-12;
const TAIL = 0.02425;

const CENTRE_TOP = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const CENTRE_BOTTOM = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const TAIL_TOP = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const TAIL_BOTTOM = [
  0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416,
];

function tailAt(q: number): number {
  return polynomial(TAIL_TOP, q) / (polynomial(TAIL_BOTTOM, q) * q + 1);
}

/** Horner's rule, the highest power first. */
function polynomial(coefficients: readonly number[], at: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * at + coefficient;
  return sum;
}
