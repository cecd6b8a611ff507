/**
 * Rounds for people and for stable JSON.
 * @param value - any finite number
 * @param decimals - digits kept after the point, 0 to 15
 */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  // Adding 0 turns -0, which JSON prints like 0 but tests tell apart, into 0.
  return Math.round(value * factor) / factor + 0;
}
