import { expect, test } from '@jest/globals';
import { splitPeriod } from './split-period.ts';

const days = (from: string, until: string, by: 'week' | 'month') =>
  splitPeriod({ fromMs: Date.parse(from), untilMs: Date.parse(until) }, by).map(
    ({ fromMs, untilMs }) =>
      [fromMs, untilMs].map((ms) => new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh'.length)),
  );

test('months begin with their first day, over the end of a year', () => {
  expect(days('2025-12-30T06:00:00Z', '2026-02-03T12:00:00Z', 'month')).toEqual([
    ['2025-12-30T06', '2026-01-01T00'],
    ['2026-01-01T00', '2026-02-01T00'],
    ['2026-02-01T00', '2026-02-03T12'],
  ]);
});

test('weeks begin on Mondays', () => {
  // 4 January 2026 is a Sunday.
  expect(days('2026-01-04T23:00:00Z', '2026-01-13T00:00:00Z', 'week')).toEqual([
    ['2026-01-04T23', '2026-01-05T00'],
    ['2026-01-05T00', '2026-01-12T00'],
    ['2026-01-12T00', '2026-01-13T00'],
  ]);
});

test('an empty period has no parts', () => {
  expect(days('2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z', 'week')).toEqual([]);
});
