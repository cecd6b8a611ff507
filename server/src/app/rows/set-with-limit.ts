/**
 * Stores a value under a key as the newest one, and drops the oldest entries.
 * @param countMax - maximum number of entries
 */
export function setWithLimit<Key, Kept>(
  kept: Map<Key, Kept>,
  [key, value]: readonly [Key, Kept],
  countMax: number,
): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= countMax) break;
    kept.delete(oldest);
  }
}
