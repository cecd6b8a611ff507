/** Caches that evict the least recently used entry, whose room grows as they fill. */
import { LRUCache } from 'lru-cache';

/**
 * Creates an empty cache.
 * @param countMax - entries kept at most. It is given as a sum of sizes of 1 each: `max` would
 *   reserve the room of all entries at once, 9 ms of a server's start for 50,000 of them
 */
export function createLruCache<Value extends NonNullable<unknown>>(
  countMax: number,
): LRUCache<string, Value> {
  return new LRUCache({ maxSize: countMax, sizeCalculation: () => 1 });
}
