import { nearestRank } from '@novacron/engine/nearest-rank';

/** Rounds to a number of decimals: more would suggest a precision that was not measured. */
export function round(value, digits) {
  return Number(value.toFixed(digits));
}

/** The quantile by the nearest rank: the least value that a share of the values does not exceed. */
export function percentile(values, share) {
  return nearestRank(
    values.toSorted((a, b) => a - b),
    share,
  );
}
