import type { StoredBackup } from '../../../ports/backups.ts';
import type { BackupTimes } from './backup-times.ts';

const DAY_MS = 86_400_000;

/**
 * Finds the backups to remove: older than `keepMs`, and not the last one of a day within
 * `keepDailyMs`. The newest backup is never among them, and age counts from the last moment.
 */
export function findExpired(
  backups: readonly StoredBackup[],
  { keepMs, keepDailyMs }: Pick<BackupTimes, 'keepMs' | 'keepDailyMs'>,
  nowMs: number,
): readonly string[] {
  const aged = backups
    .map(({ id, startedAtMs, momentsMs }) => ({ id, lastMs: momentsMs.at(-1) ?? startedAtMs }))
    .toSorted((left, right) => left.lastMs - right.lastMs);
  const lastOfDay = new Map(aged.map(({ id, lastMs }) => [Math.floor(lastMs / DAY_MS), id]));
  const daily = new Set(lastOfDay.values());
  const newest = aged.at(-1);
  return aged
    .filter(({ id, lastMs }) => {
      const ageMs = nowMs - lastMs;
      return ageMs > keepMs && (ageMs > keepDailyMs || !daily.has(id)) && id !== newest?.id;
    })
    .map(({ id }) => id);
}
