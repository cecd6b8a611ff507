/** Retention times and windows of metric series. */

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** Samples of this long become a chunk. Unit: s. */
export const WINDOW_S = 1_800;

/** Chunks of this long become coarser at once. Unit: s. */
export const ROLLED_WINDOW_S = DAY_S;

/** A window becomes a chunk so long after its end; later samples make it again. Unit: s. */
export const SEAL_AFTER_S = 11 * MINUTE_S;

/** Resolutions of chunks: samples, minutes, hours. */
export const LEVELS = { sample: 0, minute: 1, hour: 2 } as const;

/** Resolutions of chunks, the finest first. */
export const LEVEL_NAMES = ['sample', 'minute', 'hour'] as const;

/** Minimum retention of chunks of each level, from the end of their part. Unit: s. */
export const KEPT_S = {
  sample: 2 * DAY_S,
  minute: 35 * DAY_S,
  hour: 400 * DAY_S,
} as const;

/**
 * Chunks of this long are removed together, which PostgreSQL does by dropping a partition. Names of
 * partitions depend on it: it cannot change. Unit: s.
 */
export const PART_S = { sample: DAY_S, minute: 30 * DAY_S, hour: 30 * DAY_S } as const;

/** Length of an entry of the coarser levels. Unit: s. */
export const ENTRY_S = { minute: MINUTE_S, hour: HOUR_S } as const;

/** Interval at which the use of a series is recorded. Unit: s. */
export const SEEN_EVERY_S = DAY_S;

/** A series without samples is removed a day after the last ones were. Unit: s. */
export const FORGET_AFTER_S = {
  vm: KEPT_S.sample + 2 * DAY_S,
  other: KEPT_S.hour + PART_S.hour + 2 * DAY_S,
} as const;

/** Begin of the window of a moment. */
export function windowOf(atS: number, lengthS: number): number {
  return Math.floor(atS / lengthS) * lengthS;
}

/**
 * Level that stores a moment, unless it is of a VM; undefined: none does any more. A day is stored
 * at one level.
 */
export function levelAt(atS: number, nowS: number): (typeof LEVEL_NAMES)[number] | undefined {
  return LEVEL_NAMES.find((level) => {
    const lengthS = level === 'hour' ? PART_S.hour : ROLLED_WINDOW_S;
    return atS >= windowOf(nowS - KEPT_S[level], lengthS);
  });
}

/**
 * Targets that are written and compacted together: a block takes some 10 ms to compact, between
 * which requests are answered. Rows are stored by it: it cannot change.
 */
export const BLOCK_TARGETS = 32;

/** The block of a target. */
export function blockOf(targetKey: number): number {
  return Math.floor(targetKey / BLOCK_TARGETS);
}
