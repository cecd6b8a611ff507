import { describe, expect, test } from '@jest/globals';
import type { ResultInterval } from './model/history.ts';
import { passedTimeRatio, planPeriodReport } from './plan-period-report.ts';
import { PCI_DSS } from './standards/pci-dss.ts';

const HOUR_MS = 3_600_000;

/** A result of the critical check of open ports, in hours. */
function result(
  state: ResultInterval['state'],
  from: number,
  until: number | null,
  subjectId = 'sg_a',
): ResultInterval {
  return {
    checkId: 'NC-NET-001',
    subjectKind: 'security_group',
    subjectId,
    subjectName: 'a',
    state,
    fromMs: from * HOUR_MS,
    untilMs: until === null ? null : until * HOUR_MS,
  };
}

const hours = (from: number, to: number) => ({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS });

function reportOf(intervals: readonly ResultInterval[], sampled = [hours(0, 100)]) {
  return planPeriodReport(PCI_DSS, { period: hours(10, 20), sampled, intervals });
}

const ratioOf = (report: ReturnType<typeof reportOf>) =>
  passedTimeRatio(report.times, ['NC-NET-001']);

describe('the share of time in pass', () => {
  test.each([
    ['a result that began before counts from the start', [result('pass', 0, null)], 1],
    ['half', [result('fail', 0, 15), result('pass', 15, null)], 0.5],
    ['no verdict counts as not passed', [result('error', 0, 12), result('pass', 12, null)], 0.8],
    [
      'what is out of scope does not count',
      [result('pass', 0, 15), result('not-applicable', 15, 15)],
      1,
    ],
    ['nothing in scope has no share', [], null],
    ['what ended before has no share', [result('fail', 0, 9)], null],
    ['other checks do not count', [{ ...result('fail', 0, null), checkId: 'NC-OTHER' }], null],
  ])('%s', (_name, intervals, expected) => {
    expect(ratioOf(reportOf(intervals))).toBe(expected);
  });

  test('leaves out times without scans, and lists them', () => {
    const intervals = [result('fail', 0, 15), result('pass', 15, null)];
    const report = reportOf(intervals, [hours(0, 11), hours(16, 19)]);
    expect(report.gaps).toEqual([hours(11, 16), hours(19, 20)]);
    expect(report.sampledRatio).toBe(0.4);
    expect(ratioOf(report)).toBe(0.75);
  });
});

describe('the time to fix', () => {
  test.each([
    ['from the failure to the pass', [result('fail', 4, 14), result('pass', 14, null)], 10],
    [
      'over times without a verdict',
      [result('fail', 4, 6), result('not-evaluated', 6, 14), result('pass', 14, null)],
      10,
    ],
    ['not before the period', [result('fail', 4, 6), result('pass', 6, null)], null],
    ['not without a fix', [result('fail', 4, null)], null],
    [
      'not by deletion',
      [result('fail', 4, 12), result('gone', 12, 12), result('pass', 14, null)],
      null,
    ],
    [
      'on average',
      [
        result('fail', 4, 14),
        result('fail', 10, 16, 'sg_b'),
        result('pass', 14, null),
        result('pass', 16, null, 'sg_b'),
      ],
      8,
    ],
  ])('%s', (_name, intervals, expected) => {
    const report = reportOf(intervals);
    expect(report.hoursToFix).toEqual({ critical: expected, high: null, medium: null, low: null });
    expect(report.fixed > 0).toBe(expected !== null);
  });
});
