import { describe, expect, test } from '@jest/globals';
import { Deadline, readDeadline, readMoment } from './read-moment.ts';

const NOW_MS = Date.parse('2026-01-31T08:00:00Z');
const HOUR_MS = 3_600_000;

describe('a moment', () => {
  test.each([
    ['2h', -2 * HOUR_MS, 2 * HOUR_MS],
    ['1h30m', -1.5 * HOUR_MS, 1.5 * HOUR_MS],
    ['2026-01-31T09:00:00Z', HOUR_MS, HOUR_MS],
    ['2026-01-31T09:00:00+01:00', 0, 0],
  ])('%s is read as one before now, and as a deadline after now', (text, before, after) => {
    expect(readMoment(text, NOW_MS)).toBe(NOW_MS + before);
    expect(readDeadline(text, NOW_MS)).toBe(NOW_MS + after);
  });

  test.each(['', '30', 'tomorrow', '2026-01-31'])('%j is none', (text) => {
    expect(readDeadline(text, NOW_MS)).toBeUndefined();
    expect(Deadline.safeParse(text).success).toBe(false);
  });
});
