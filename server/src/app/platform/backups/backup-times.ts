/** Times of backups. */
export interface BackupTimes {
  /** From one whole copy to the next. Unit: milliseconds. */
  readonly everyMs: number;
  /** Every backup is kept for this time after its last moment. Unit: milliseconds. */
  readonly keepMs: number;
  /** The last backup of each day, UTC, is kept for this time. Unit: milliseconds. */
  readonly keepDailyMs: number;
}

const HOUR_MS = 3_600_000;

/** The default times. */
export const BACKUP_TIMES: BackupTimes = {
  everyMs: HOUR_MS,
  keepMs: 24 * HOUR_MS,
  keepDailyMs: 7 * 24 * HOUR_MS,
};
