/**
 * Whether a node that is known to be off is alive after all. Its last heartbeats may have waited in
 * the network and arrive together when that is back; one that lives goes on sending.
 */

/** The interval of heartbeats that do not say theirs. Unit: ms. */
const BEAT_MS_DEFAULT = 5_000;

/** Minimum share of the interval between two heartbeats: delayed heartbeats arrive all at once. */
const SHARE_OF_INTERVAL = 0.5;

/** Intervals after which what was heard before proves nothing. */
const INTERVALS_MAX = 4;

/** Evidence from heartbeats of nodes that are known to be off. */
export interface Returns {
  /**
   * Takes a heartbeat of such a node.
   * @param nowMs - monotonic time
   * @returns whether it is one of a row of heartbeats that were sent one after another
   */
  readonly isProven: (
    heartbeat: { readonly node: string; readonly beat_ms?: number | undefined },
    nowMs: number,
  ) => boolean;
  /** Forgets a node that is not known to be off. */
  readonly forget: (node: string) => void;
}

/** Remembers when each of them was heard first. */
export function createReturns(): Returns {
  const firstMs = new Map<string, number>();
  return {
    isProven: ({ node, beat_ms: intervalMs = BEAT_MS_DEFAULT }, nowMs) => {
      const sinceMs = nowMs - (firstMs.get(node) ?? Number.NEGATIVE_INFINITY);
      if (sinceMs > INTERVALS_MAX * intervalMs) {
        firstMs.set(node, nowMs);
        return false;
      }
      return sinceMs >= SHARE_OF_INTERVAL * intervalMs;
    },
    forget: (node) => void firstMs.delete(node),
  };
}
