/**
 * Keeps a value under a key as the latest one, and forgets those that were kept longest ago.
 * @param countMax - how many stay
 */
export function keepLatest<Key, Kept>(
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
