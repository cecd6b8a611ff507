/** Estimates how much the load of a node changes within an hour, from its measurements. */

/** A measurement of a node. Pure data; loads are shares of its capacity. */
export interface LoadReading {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The load of the busier dimension, 0 and up. */
  readonly load: number;
}

/** The time over which changes are measured. Unit: ms. */
const LOAD_HORIZON_MS = 3_600_000;

/** Time between two readings of a history. Unit: ms. */
export const READING_MS = 900_000;

/** Readings of a history: six hours. */
const READINGS_MAX = 24;

/** Before anything is known: a node of a busy fleet changes by some percent in an hour. */
const SPREAD_UNKNOWN = 0.05;

/** Changes of the whole fleet count as much as this many of the node's own. */
const FLEET_CHANGES = 4;

/**
 * Adds a measurement to the history of a node, unless the last one is too recent.
 * @param readings - oldest first
 */
export function noteLoad<Reading extends { readonly atMs: number }>(
  readings: readonly Reading[],
  reading: Reading,
): readonly Reading[] {
  const last = readings.at(-1);
  if (last !== undefined && reading.atMs - last.atMs < READING_MS) return readings;
  return [...readings, reading].slice(-READINGS_MAX);
}

/** Lists the changes of a load over an hour, as far as readings are an hour apart. */
export function changesOf(readings: readonly LoadReading[]): readonly number[] {
  const changes: number[] = [];
  for (const { atMs, load } of readings) {
    const before = readings.find((each) => {
      const apartMs = atMs - each.atMs;
      return Math.abs(apartMs - LOAD_HORIZON_MS) <= READING_MS / 2;
    });
    if (before !== undefined) changes.push(load - before.load);
  }
  return changes;
}

/** The root of the mean square of changes; undefined where there are none. */
export function spreadOfChanges(changes: readonly number[]): number | undefined {
  if (changes.length === 0) return undefined;
  return Math.sqrt(sumOfSquares(changes) / changes.length);
}

/**
 * Estimates the spread of the load of a node after an hour.
 * @param changes - of the node itself; the fewer, the more the fleet counts
 * @param ofFleet - the spread of all nodes; {@link SPREAD_UNKNOWN} where that is not known
 * @returns a standard deviation, a share of the capacity
 */
export function estimateSpread(
  changes: readonly number[],
  ofFleet: number = SPREAD_UNKNOWN,
): number {
  const squares = sumOfSquares(changes) + FLEET_CHANGES * ofFleet ** 2;
  return Math.sqrt(squares / (changes.length + FLEET_CHANGES));
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
