import { describe, expect, test } from '@jest/globals';
import { MetricStatistic } from '@novacron/contract/monitoring/metric-operations';
import type { SeriesRun } from '../../../ports/metric-series.ts';
import { roundMeasured } from './round-measured.ts';
import { summarizeRun } from './summarize-run.ts';

function runOf(samples: readonly (readonly [number, number])[]): SeriesRun {
  const means = samples.map(([, value]) => value);
  return {
    resolution: 'sample',
    times: samples.map(([time]) => time),
    counts: means.map(() => 1),
    means,
    mins: means,
    maxs: means,
  };
}

const ALL = MetricStatistic.options;

describe('the statistics of a step', () => {
  test('are those of its samples, and null without any: missing is not 0', () => {
    const run = runOf([1, 2, 3, 4, 10].map((value, at) => [100 + at * 10, value]));
    const [first, second] = summarizeRun(run, { fromS: 100, toS: 220, stepS: 60 }, ALL);
    expect(first).toEqual({
      avg: 4,
      min: 1,
      max: 10,
      sum: 20,
      count: 5,
      rate: 9 / 40,
      p50: 3,
      p90: expect.closeTo(7.6, 10),
      p95: expect.closeTo(8.8, 10),
      p99: expect.closeTo(9.76, 10),
    });
    const nothing = ALL.map((name) => [name, name === 'count' ? 0 : null]);
    expect(second).toEqual(Object.fromEntries(nothing));
  });

  test('begin and end where the step does, and the last step ends with the range', () => {
    const run = runOf([0, 59, 60, 119, 120, 149, 150].map((time) => [time, time]));
    const found = summarizeRun(run, { fromS: 60, toS: 150, stepS: 60 }, ['min', 'max']);
    expect(found).toEqual([
      { min: 60, max: 119 },
      { min: 120, max: 149 },
    ]);
  });

  test('weigh what stands for several samples by their number', () => {
    const run: SeriesRun = {
      resolution: 'minute',
      times: [0, 60],
      counts: [1, 3],
      means: [10, 2],
      mins: [10, 1],
      maxs: [10, 5],
    };
    const names = ['avg', 'sum', 'count', 'min', 'max'] as const;
    expect(summarizeRun(run, { fromS: 0, toS: 120, stepS: 120 }, names)).toEqual([
      { avg: 4, sum: 16, count: 4, min: 1, max: 10 },
    ]);
  });

  test('of a counter go on from the step before, and over a restart', () => {
    const run = runOf([
      [0, 100],
      [60, 160],
      [120, 30],
    ]);
    const found = summarizeRun(run, { fromS: 60, toS: 180, stepS: 60 }, ['rate']);
    expect(found).toEqual([{ rate: 1 }, { rate: 0.5 }]);
    const alone = summarizeRun(runOf([[60, 5]]), { fromS: 60, toS: 120, stepS: 60 }, ['rate']);
    expect(alone).toEqual([{ rate: null }]);
  });
});

describe('what is measured', () => {
  test.each([
    ['cpu_utilization_ratio', 0.123456, 0.1235],
    ['cpu_utilization_ratio', 1 / 3, 0.3333],
    ['memory_available_bytes', 0, 0],
    ['memory_available_bytes', 0.7, 1],
    ['memory_available_bytes', 1023, 1023],
    ['disk_read_bytes_per_second', 1_000_000, 999_936],
  ])('%s of %d is stored as %d', (name, value, stored) => {
    expect(roundMeasured(name, value)).toBe(stored);
  });

  test('bytes are stored to a twentieth of a percent', () => {
    for (let value = 1; value < 2 ** 40; value = value * 1.37 + 1) {
      const error = Math.abs(roundMeasured('memory_available_bytes', value) - value);
      expect(error / value).toBeLessThanOrEqual(Math.max(0.0005, 0.5 / value));
    }
  });
});
