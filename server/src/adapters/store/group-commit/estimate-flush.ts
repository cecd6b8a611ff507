/**
 * Time that a database takes to flush a group to the disk, regardless of its content: the duration
 * of the fastest recent group, because its statements are fast compared with the flush, or the
 * flush does not matter. A line fitted through groups by size would be more exact in a quiet hour,
 * but in a disturbed hour it attributes the disturbance to the statements, and because groups are
 * then all of the same size, no later group corrects it.
 */

/** Groups that are looked back at. */
const GROUPS_MAX = 64;

/** The share of them that is quicker: none of those few that had nothing to flush counts. */
const QUICKER_SHARE = 0.1;

/** Number of groups between two estimates: sorting has its cost as well. */
const LOOK_GROUPS = 8;

/** Estimate of a database's flush time. */
export interface FlushEstimate {
  /** Learns from a group that was written. */
  readonly add: (durationMs: number) => void;
  /** Duration of a flush; 0 before the first flush. */
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
