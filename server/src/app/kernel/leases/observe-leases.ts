/** Observes which leases have expired, by this machine's own clock. */
import type { Tables } from '../../../ports/tables/tables.ts';

/** Clocks of two machines differ by less: a lease that expired longer ago need not be observed. */
const CLOCK_DRIFT_MS_MAX = 600_000;

/** After this number of lengths a lease is of no interest any more. */
const LENGTHS_LONG = 20;

type LeaseRow = Tables['leases'];

/** One moment, by the time of day and by a clock for durations that is never set. Unit: ms. */
export interface LookTimes {
  readonly nowMs: number;
  readonly steadyMs: number;
}

/** Remembers since when each lease has been unchanged. */
export interface LeaseObserver {
  /** Takes the rows as they were read a moment ago. */
  readonly see: (rows: readonly LeaseRow[], at: LookTimes) => void;
  /** Whether its holder has certainly stopped, as of the last observation. */
  readonly isOver: (row: LeaseRow) => boolean;
  /** Whether it expired long ago. */
  readonly isLongOver: (row: LeaseRow) => boolean;
}

/**
 * Makes an observer without observations.
 * @param lengthMs - how long a lease that is not renewed lasts
 */
export function createLeaseObserver(lengthMs: number): LeaseObserver {
  let seen: ReadonlyMap<string, { readonly look: string; readonly sinceMs: number }> = new Map();
  let lookedAt: LookTimes = { nowMs: 0, steadyMs: 0 };

  function unchangedMs(row: LeaseRow): number {
    const before = seen.get(row.id);
    return before?.look === fingerprintOf(row) ? lookedAt.steadyMs - before.sinceMs : 0;
  }

  /**
   * Reports whether a lease has expired by the holder's clock, even with the largest clock drift.
   */
  function isOutdated({ expires_at_ms }: LeaseRow): boolean {
    return expires_at_ms === 0 || expires_at_ms + CLOCK_DRIFT_MS_MAX < lookedAt.nowMs;
  }

  return {
    see: (rows, at) => {
      const before = seen;
      lookedAt = at;
      seen = new Map(
        rows.map((row) => {
          const look = fingerprintOf(row);
          const last = before.get(row.id);
          return [row.id, last?.look === look ? last : { look, sinceMs: at.steadyMs }];
        }),
      );
    },
    isOver: (row) => isOutdated(row) || unchangedMs(row) >= lengthMs,
    isLongOver: (row) => unchangedMs(row) >= LENGTHS_LONG * lengthMs,
  };
}

function fingerprintOf({ holder, fence, expires_at_ms }: LeaseRow): string {
  return `${holder}/${fence}/${expires_at_ms}`;
}
