/** Standard normal quantile of a confidence of 95 %, two-sided. */
const Z = 1.96;

/**
 * The lower bound of a success rate, 0 to 1: few outcomes prove little. Source: E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference" (1927).
 */
export function wilsonBound(succeeded: number, total: number): number {
  if (total === 0) return 0;
  const rate = succeeded / total;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / total + Z ** 2 / (4 * total ** 2));
  return Math.max(0, (rate + Z ** 2 / (2 * total) - spread) / (1 + Z ** 2 / total));
}
