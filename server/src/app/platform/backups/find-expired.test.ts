import { expect, test } from '@jest/globals';
import { findExpired } from './find-expired.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-03-10T12:30:00Z');
const TIMES = { keepMs: 24 * HOUR_MS, keepDailyMs: 7 * 24 * HOUR_MS };

/** A backup an hour, each with an hour of changes. */
function hourly(count: number) {
  return Array.from({ length: count }, (_, index) => {
    const startedAtMs = NOW - (count - index) * HOUR_MS;
    return {
      id: new Date(startedAtMs).toISOString().slice(0, 13),
      startedAtMs,
      momentsMs: [startedAtMs, startedAtMs + HOUR_MS],
      sizeBytes: 1,
      verified: undefined,
    };
  });
}

test('keeps a day of backups, and the last one of each day of a week', () => {
  const backups = hourly(10 * 24);
  const expired = new Set(findExpired(backups, TIMES, NOW));
  const kept = backups.map(({ id }) => id).filter((id) => !expired.has(id));
  expect(kept.slice(0, -24)).toEqual([
    // 11:30 to 12:30 ends as old as may be; the days before are those of the last one at 22:30.
    ...['03', '04', '05', '06', '07', '08'].map((day) => `2026-03-${day}T22`),
    '2026-03-09T11',
  ]);
  expect(kept.slice(-24)).toEqual(backups.slice(-24).map(({ id }) => id));
});

test('keeps the newest backup however old it is', () => {
  const backups = hourly(3);
  expect(findExpired(backups, TIMES, NOW + 365 * 24 * HOUR_MS)).toEqual(
    backups.slice(0, 2).map(({ id }) => id),
  );
});
