import { describe, expect, test } from '@jest/globals';
import { AutomationSchedule } from '@novacron/contract/automation/definition';
import { makeRng } from '../../rng.ts';
import { listMoments, planSchedule } from './plan-schedule.ts';

const at = (text: string): number => Date.parse(text);

function planOf(given: {
  readonly schedule: object;
  readonly now: string;
  readonly last?: string;
  readonly nextMax?: number;
  readonly seed?: string;
}) {
  const { now, last = now, nextMax = 3, seed = 's' } = given;
  const schedule = AutomationSchedule.parse(given.schedule);
  const env = { nowMs: at(now), rng: makeRng(seed) };
  return planSchedule({ schedule, lastNominalMs: at(last), nextMax }, env);
}

const textOf = ({ startMs }: { readonly startMs: number }) =>
  new Date(startMs).toISOString().slice(0, 16);

describe('daylight saving time', () => {
  test.each([
    // At 02:00 of 8 March clocks go to 03:00, at 02:00 of 1 November back to 01:00.
    [
      'America/New_York',
      '30 2 * * *',
      '2026-03-07T12:00:00Z',
      ['2026-03-08T07:00', '2026-03-09T06:30', '2026-03-10T06:30'],
    ],
    [
      'America/New_York',
      '30 1 * * *',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30', '2026-11-02T06:30', '2026-11-03T06:30'],
    ],
    // At midnight of 24 April clocks go to 01:00, at midnight of 30 October back to 23:00.
    [
      'Africa/Cairo',
      '0 0 * * *',
      '2026-04-23T12:00:00Z',
      ['2026-04-23T22:00', '2026-04-24T21:00', '2026-04-25T21:00'],
    ],
    [
      'Africa/Cairo',
      '30 23 * * *',
      '2026-10-29T12:00:00Z',
      ['2026-10-29T20:30', '2026-10-30T21:30', '2026-10-31T21:30'],
    ],
    // Half an hour: at 02:00 of 4 October clocks go to 02:30, at 02:00 of 5 April back to 01:30.
    [
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-02T15:00:00Z',
      ['2026-10-02T15:45', '2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      '2026-04-03T15:30:00Z',
      ['2026-04-04T14:45', '2026-04-05T15:15', '2026-04-06T15:15'],
    ],
  ])('%s %s', (timezone, cron, now, moments) => {
    const plan = planOf({ schedule: { cron, timezone }, now });
    expect(plan.next.map(textOf)).toEqual(moments);
  });

  test('a run of each half hour is started in every half hour', () => {
    const schedule = { cron: '*/30 * * * *', timezone: 'America/New_York' };
    const plan = planOf({ schedule, now: '2026-11-01T04:45:00Z', nextMax: 6 });
    const steps = plan.next.map(
      ({ nominalMs }, index) => nominalMs - (plan.next[index - 1]?.nominalMs ?? nominalMs),
    );
    expect(steps.slice(1)).toEqual(Array(5).fill(1_800_000));
  });
});

describe('missed runs', () => {
  const cases = [
    ['skip', [], 5],
    ['latest', ['2026-01-05T03:00'], 4],
    ['all', ['2026-01-03T03:00', '2026-01-04T03:00', '2026-01-05T03:00'], 2],
  ] as const;
  test.each(cases)('%s', (missed, due, skipped) => {
    const plan = planOf({
      schedule: { cron: '0 3 * * *', missed, catch_up: '3d' },
      last: '2025-12-31T03:00:00Z',
      now: '2026-01-05T12:00:00Z',
    });
    expect({ due: plan.due.map(textOf), skipped: plan.skipped }).toEqual({ due, skipped });
  });

  test('a run on time is due whatever the policy says, and once', () => {
    for (const missed of ['skip', 'latest', 'all']) {
      const schedule = { cron: '0 3 * * *', missed };
      const now = '2026-01-05T03:00:00Z';
      const plan = planOf({ schedule, last: '2026-01-04T03:00:00Z', now });
      expect(plan.due.map(textOf)).toEqual(['2026-01-05T03:00']);
      expect(planOf({ schedule, last: now, now: '2026-01-05T03:00:01Z' }).due).toEqual([]);
    }
  });

  test('a clock that is set back starts nothing again', () => {
    const schedule = { cron: '* * * * *', missed: 'all' };
    const plan = planOf({ schedule, last: '2026-01-05T03:00:00Z', now: '2026-01-05T02:00:00Z' });
    expect(plan.due).toEqual([]);
  });

  test('a year of minutes is bounded', () => {
    const plan = planOf({
      schedule: { cron: '* * * * *', missed: 'all', catch_up: '400d' },
      last: '2025-01-01T00:00:00Z',
      now: '2026-01-01T00:00:00Z',
    });
    expect(plan.due).toHaveLength(1_000);
    expect(plan.due.map(textOf).at(-1)).toBe('2026-01-01T00:00');
  });
});

describe('dates that are left out', () => {
  test('are dates of the time zone of the schedule', () => {
    const schedule = {
      cron: '0 23 * * *',
      timezone: 'America/New_York',
      except: ['2026-01-02', '2026-01-04/2026-01-06'],
    };
    const plan = planOf({ schedule, now: '2026-01-01T12:00:00Z' });
    expect(plan.next.map(textOf)).toEqual([
      '2026-01-02T04:00',
      '2026-01-04T04:00',
      '2026-01-08T04:00',
    ]);
  });

  test('end at the first moment of the next date, also of a line of every minute', () => {
    const schedule = {
      cron: '* * * * *',
      timezone: 'Australia/Lord_Howe',
      except: ['2026-01-01/2026-12-30'],
    };
    const plan = planOf({ schedule, now: '2026-01-01T00:00:00Z', nextMax: 1 });
    expect(plan.next.map(textOf)).toEqual(['2026-12-30T13:00']);
  });

  test('are not missed either', () => {
    const schedule = { cron: '0 3 * * *', missed: 'all', catch_up: '10d', except: ['2026-01-04'] };
    const plan = planOf({ schedule, last: '2026-01-02T03:00:00Z', now: '2026-01-05T12:00:00Z' });
    expect(plan.due.map(textOf)).toEqual(['2026-01-03T03:00', '2026-01-05T03:00']);
  });

  test('may leave nothing', () => {
    const schedule = { cron: '0 0 25 12 *', except: ['2025-12-01/2040-12-31'] };
    expect(planOf({ schedule, now: '2026-01-01T00:00:00Z' }).next).toEqual([]);
  });
});

describe('jitter', () => {
  const schedule = { cron: '0 * * * *', jitter: '10m' };
  const now = '2026-01-01T00:30:00Z';

  test('delays each run by its own amount, the same in every plan', () => {
    const { next } = planOf({ schedule, now, nextMax: 50 });
    const delays = next.map(({ nominalMs, startMs }) => startMs - nominalMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(600_000);
    expect(new Set(delays).size).toBeGreaterThan(40);
    expect(planOf({ schedule, now: '2026-01-01T01:30:00Z' }).next[0]).toEqual(next[1]);
    const other = planOf({ schedule, now, seed: 't' }).next[0];
    expect(other?.nominalMs).toBe(next[0]?.nominalMs);
    expect(other?.startMs).not.toBe(next[0]?.startMs);
  });
});

describe('the moments of a period', () => {
  const listOf = (given: object, from: string, until: string, max = 10) =>
    listMoments(AutomationSchedule.parse(given), { fromMs: at(from), untilMs: at(until), max }).map(
      (atMs) => new Date(atMs).toISOString().slice(0, 16),
    );

  test('begin with its begin, end before its end, and have no jitter', () => {
    const given = { cron: '0 * * * *', jitter: '30m' };
    expect(listOf(given, '2026-01-01T08:00:00Z', '2026-01-01T10:00:00Z')).toEqual([
      '2026-01-01T08:00',
      '2026-01-01T09:00',
    ]);
    expect(listOf(given, '2026-01-01T08:00:01Z', '2026-01-01T09:00:00Z')).toEqual([]);
  });

  test('leave out excepted dates, and follow the time zone', () => {
    const given = { cron: '30 2 * * *', timezone: 'Europe/Berlin', except: ['2026-03-28'] };
    expect(listOf(given, '2026-03-27T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual([
      '2026-03-27T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  test('are as many as are asked for at most', () => {
    const given = { cron: '* * * * *' };
    expect(listOf(given, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 3)).toHaveLength(3);
  });
});
