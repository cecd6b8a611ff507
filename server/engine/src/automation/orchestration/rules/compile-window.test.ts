import { expect, test } from '@jest/globals';
import { compileWindow } from './compile-window.ts';

test.each([
  ['at its first millisecond', '2026-11-20T07:00:00.000Z', '2026-11-20T07:00:00.000Z'],
  ['at its last millisecond', '2026-11-20T14:59:59.999Z', '2026-11-20T07:00:00.000Z'],
  ['just before it', '2026-11-20T06:59:59.999Z', undefined],
  ['just after it', '2026-11-20T15:00:00.000Z', undefined],
  ['on a Sunday', '2026-11-22T09:00:00.000Z', undefined],
  ['in summer, an hour earlier', '2026-07-20T06:30:00.000Z', '2026-07-20T06:00:00.000Z'],
])('a window of Berlin is asked %s', (_when, now, opened) => {
  const schedule = { schedule: '0 8 * * 1-5', duration: '8h', timezone: 'Europe/Berlin' };
  const window = compileWindow(schedule);
  const found = window.ok ? window.value.openedAt(Date.parse(now)) : undefined;
  expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(opened);
});

test('a window over midnight belongs to the day on which it opened', () => {
  const window = compileWindow({ schedule: '0 22 * * 5', duration: '8h', timezone: 'UTC' });
  expect(window.ok && window.value.openedAt(Date.parse('2026-11-21T05:00:00Z'))).toBe(
    Date.parse('2026-11-20T22:00:00Z'),
  );
});

test('a day that comes every four years comes', () => {
  const leap = { schedule: '0 0 29 2 *', duration: '1h', timezone: 'UTC' };
  expect(compileWindow(leap).ok).toBe(true);
});

test.each([
  ['while it is closed', '2026-11-20T15:00:00.000Z', '2026-11-23T07:00:00.000Z'],
  ['while it is open', '2026-11-20T09:00:00.000Z', '2026-11-23T07:00:00.000Z'],
])('a window says when it opens next, %s', (_when, now, next) => {
  const window = compileWindow({
    schedule: '0 8 * * 1-5',
    duration: '8h',
    timezone: 'Europe/Berlin',
  });
  expect(window.ok && window.value.nextAfter(Date.parse(now))).toBe(Date.parse(next));
});

test.each([
  ['* * * * * *', '"* * * * * *" is not a cron line: it needs five fields, such as "0 3 * * SUN"'],
  ['', '"" is not a cron line: it needs five fields, such as "0 3 * * SUN"'],
  ['0 25 * * *', '"0 25 * * *" is not a cron line: Invalid value for hour: 25'],
])('%j is no schedule', (schedule, message) => {
  const found = compileWindow({ schedule, duration: '1h', timezone: 'UTC' });
  expect(found.ok ? undefined : found.error).toEqual({ field: 'schedule', message });
});
