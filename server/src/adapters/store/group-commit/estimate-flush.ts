/**
 * How long a database takes to flush a group to the disk, whatever the group holds: what the
 * quickest of the last groups took, for their statements are quick beside the flush or the flush
 * does not matter. A line through groups by their sizes would be more exact in a quiet hour, but in
 * a disturbed one it takes the disturbance for the price of statements, and as groups are then all
 * of one size nothing teaches it better.
 */

/** Groups that are looked back at. */
const GROUPS_MAX = 64;

/** The share of them that is quicker: none of those few that had nothing to flush counts. */
const QUICKER_SHARE = 0.1;

/** How many groups it takes until one looks again: sorting has its price as well. */
const LOOK_GROUPS = 8;

/** What is known of a database's flushes. */
export interface FlushEstimate {
  /** Learns from a group that was written. */
  readonly add: (durationMs: number) => void;
  /** What a flush takes; 0 as long as there was none. */
  readonly flushMs: () => number;
}

/** Starts knowing nothing. */
export function estimateFlush(): FlushEstimate {
  const durationsMs = new Float64Array(GROUPS_MAX);
  let groups = 0;
  let flushMs = 0;
  return {
    add: (durationMs) => {
      durationsMs[groups % GROUPS_MAX] = durationMs;
      groups += 1;
      if (groups >= LOOK_GROUPS && groups % LOOK_GROUPS !== 0) return;
      const sorted = durationsMs.slice(0, groups).sort();
      flushMs = sorted[Math.floor(sorted.length * QUICKER_SHARE)] ?? 0;
    },
    flushMs: () => flushMs,
  };
}
