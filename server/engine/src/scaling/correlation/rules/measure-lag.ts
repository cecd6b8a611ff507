/** Correlation of two series of ranks at one lag. */

/** Coefficient at a lag. */
export interface LagCoefficient {
  /** -1 to 1; 0 where either does not vary. */
  readonly coefficient: number;
  /** Pairs that it is computed from. */
  readonly n: number;
}

/**
 * Correlates what both have at a lag.
 * @param lag - steps by which the right one is later; negative for earlier
 */
export function measureLag(left: Float64Array, right: Float64Array, lag: number): LagCoefficient {
  let [n, sumL, sumR, squareL, squareR, product] = [0, 0, 0, 0, 0, 0];
  const from = Math.max(0, -lag);
  const until = Math.min(left.length, right.length - lag);
  for (let at = from; at < until; at += 1) {
    const l = left[at] ?? 0;
    const r = right[at + lag] ?? 0;
    const both = l * r;
    // NaN, where either is missing, is the one number that is neither.
    if (!(both >= 0 || both < 0)) continue;
    n += 1;
    sumL += l;
    sumR += r;
    squareL += l * l;
    squareR += r * r;
    product += both;
  }
  const spread = (squareL - (sumL * sumL) / n) * (squareR - (sumR * sumR) / n);
  if (!(spread > 0)) return { coefficient: 0, n };
  const coefficient = (product - (sumL * sumR) / n) / Math.sqrt(spread);
  return { coefficient: Math.max(-1, Math.min(1, coefficient)), n };
}
