/**
 * Plans how many of each tenant's jobs a round takes: all have the same number, and what some do
 * not need the others have. Source of the idea: max-min fairness (D. Bertsekas, R. Gallager, Data
 * Networks, 1987).
 */

/**
 * Shares places among tenants.
 * @param counts - how many jobs each has; the first ones come first where places are fewer
 * @param placesMax - how many jobs are taken altogether
 * @returns how many of each are taken, in the same order, without those of which none is
 */
export function planShares(
  counts: ReadonlyMap<string, number>,
  placesMax: number,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  let left = placesMax;
  let waiting = [...counts].filter(([, count]) => count > 0);
  while (left > 0 && waiting.length > 0) {
    const each = Math.max(1, Math.floor(left / waiting.length));
    for (const [id, count] of waiting) {
      const taken = shares.get(id) ?? 0;
      const more = Math.min(each, count - taken, left);
      if (more > 0) shares.set(id, taken + more);
      left -= more;
    }
    waiting = waiting.filter(([id, count]) => (shares.get(id) ?? 0) < count);
  }
  return shares;
}
