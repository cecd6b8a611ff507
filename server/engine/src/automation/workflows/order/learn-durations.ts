/**
 * Learns step durations from earlier runs. Medians and percentiles by the nearest rank: a single
 * run that hung for a day changes neither.
 */
import { nearestRank } from '../../../nearest-rank.ts';

/** Duration of a step learned from earlier runs. */
export interface LearnedDuration {
  /** Half of the runs took no longer. Unit: milliseconds. */
  readonly medianMs: number;
  /** Nine in ten runs took no longer. Unit: milliseconds. */
  readonly highMs: number;
  /** Number of runs it was learned from; at least 1. */
  readonly runs: number;
}

const MEDIAN = 0.5;
const HIGH = 0.9;

/**
 * Learns durations.
 * @param samples - durations of each step that has succeeded, by its id; unit: milliseconds
 * @returns by id; without steps that have no sample
 */
export function learnDurations(
  samples: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, LearnedDuration> {
  const learned = new Map<string, LearnedDuration>();
  for (const [id, durations] of samples) {
    const sorted = durations.toSorted((left, right) => left - right);
    const medianMs = nearestRank(sorted, MEDIAN);
    const highMs = nearestRank(sorted, HIGH);
    if (medianMs === undefined || highMs === undefined) continue;
    learned.set(id, { medianMs, highMs, runs: sorted.length });
  }
  return learned;
}
