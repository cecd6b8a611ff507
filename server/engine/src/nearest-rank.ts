/**
 * Returns the quantile by the nearest rank: the least value that a share of the values does not
 * exceed. It never lies between two values, unlike the quantile of `simple-statistics`.
 * @param sorted - ascending
 * @param share - 0 to 1
 * @returns undefined without values
 */
export function nearestRank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
