import { expect, test } from '@jest/globals';
import { isImprovementDue } from './is-improvement-due.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(`2026-03-01T${text}Z`);

test('an improvement is due once its period has passed', () => {
  const times = { everyMs: HOUR_MS };
  expect(isImprovementDue(times, 0, at('00:00'))).toBe(true);
  expect(isImprovementDue(times, at('10:00'), at('10:59'))).toBe(false);
  expect(isImprovementDue(times, at('10:00'), at('11:00'))).toBe(true);
});

test.each([
  ['01:59', 120, 240, false],
  ['02:00', 120, 240, true],
  ['03:59', 120, 240, true],
  ['04:00', 120, 240, false],
  ['23:30', 1380, 60, true],
  ['00:59', 1380, 60, true],
  ['01:00', 1380, 60, false],
  ['12:00', 1380, 60, false],
])('at %s the window from minute %i to %i is open: %j', (time, fromMinute, toMinute, open) => {
  const times = { everyMs: 1, window: { fromMinute, toMinute } };
  expect(isImprovementDue(times, 0, at(time))).toBe(open);
});
