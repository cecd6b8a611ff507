import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { explainPatterns } from './explain-patterns.ts';
import type { SampleRequest } from './model/sample-data.ts';
import { planSampleData } from './plan-sample-data.ts';

const WEEK = 7 * 288;

/** Long enough for shares to be near what was asked for. */
const LONG = 60_000;

function sample(given: Partial<SampleRequest> = {}, seed = '1') {
  const request: SampleRequest = {
    pattern: 'office',
    metrics: ['cpu_utilization_ratio'],
    vms: 1,
    // A Monday.
    startMs: Date.parse('2026-01-05T00:00:00Z'),
    stepMs: 300_000,
    length: WEEK,
    noise: 0,
    outliers: 0,
    gaps: 0,
    ...given,
  };
  return planSampleData(request, { rng: makeRng(seed) });
}

const valuesOf = (given?: Partial<SampleRequest>, seed?: string) => [
  ...(sample(given, seed)[0]?.values ?? []),
];

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('sample data', () => {
  test('is the same for the same seed, and begins the same when it is longer', () => {
    const noisy = { noise: 0.05, outliers: 0.01 };
    expect(valuesOf(noisy)).toEqual(valuesOf(noisy));
    expect(valuesOf(noisy, '2')).not.toEqual(valuesOf(noisy));
    expect(valuesOf({ ...noisy, length: 2 * WEEK }).slice(0, WEEK)).toEqual(valuesOf(noisy));
  });

  test('has the shape of its pattern', () => {
    const office = valuesOf();
    const hour = (day: number, at: number) => office[day * 288 + at * 12] ?? 0;
    expect(hour(1, 12)).toBeGreaterThan(3 * hour(1, 3));
    expect(hour(5, 12)).toBeLessThan(hour(1, 12) / 3);
    const growing = valuesOf({ pattern: 'growing' });
    expect(mean(growing.slice(-288)) - mean(growing.slice(0, 288))).toBeCloseTo(0.06, 1);
  });

  test.each(explainPatterns().map(([pattern]) => pattern))(
    '%s stays within its limits',
    (pattern) => {
      const noisy = { pattern, noise: 0.3, outliers: 0.1, length: 500 } as const;
      for (const value of valuesOf(noisy)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    },
  );

  test('has the shares of noise, outliers and gaps that were asked for', () => {
    const long = { pattern: 'steady', length: LONG } as const;
    const [dirty] = sample({ ...long, outliers: 0.02, gaps: 0.1 });
    const missing = [...(dirty?.values ?? [])].filter(Number.isNaN).length;
    expect(Math.abs(missing / LONG - 0.1)).toBeLessThan(0.015);
    expect((dirty?.outliers.length ?? 0) / (LONG - missing)).toBeCloseTo(0.02, 2);
    const noisy = valuesOf({ ...long, noise: 0.05 });
    const center = mean(noisy);
    expect(Math.sqrt(mean(noisy.map((value) => (value - center) ** 2)))).toBeCloseTo(0.05, 2);
  });

  test('has metrics that follow from one load', () => {
    const [cpu, latency, errors] = sample({
      pattern: 'batch',
      metrics: ['cpu_utilization_ratio', 'latency_seconds', 'errors_per_second'],
      noise: 0.05,
    }).map(({ values }) => values);
    const busiest = cpu?.indexOf(Math.max(...cpu)) ?? 0;
    expect(latency?.[busiest]).toBe(Math.max(...(latency ?? [])));
    expect(errors?.[busiest]).toBe(Math.max(...(errors ?? [])));
  });

  test('gives each VM a size and noise of its own, and the same gaps to its metrics', () => {
    const metrics = ['cpu_utilization_ratio', 'requests_per_second'] as const;
    const made = sample({ vms: 2, gaps: 0.1, metrics });
    expect(made.map(({ id }) => id)).toEqual([
      'office-1/cpu_utilization_ratio',
      'office-1/requests_per_second',
      'office-2/cpu_utilization_ratio',
      'office-2/requests_per_second',
    ]);
    const gaps = made.map(({ values }) =>
      [...values].flatMap((value, at) => (Number.isNaN(value) ? [at] : [])),
    );
    expect(gaps[0]).toEqual(gaps[1]);
    expect(gaps[0]).not.toEqual(gaps[2]);
  });
});
