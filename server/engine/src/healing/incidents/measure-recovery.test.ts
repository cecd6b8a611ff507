/** Measurement of outages. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { measureDowntime, measureRecovery, type Outage } from './rules/measure-recovery.ts';

const outage = (vmId: string, fromMs: number, untilMs: number | null): Outage => ({
  vmId,
  fromMs,
  untilMs,
});

describe('recovery times', () => {
  test('are those of outages that have ended', () => {
    const outages = [outage('a', 0, 1_000), outage('a', 5_000, 8_000), outage('b', 0, null)];
    expect(measureRecovery(outages)).toEqual({ count: 2, meanSeconds: 2, p95Seconds: 3 });
    expect(measureRecovery([])).toEqual({ count: 0, meanSeconds: null, p95Seconds: null });
  });

  test('have a 95th percentile that one slow recovery in twenty does not change', () => {
    const quick = Array.from({ length: 19 }, () => outage('a', 0, 1_000));
    expect(measureRecovery([...quick, outage('a', 0, 99_000)]).p95Seconds).toBe(1);
    expect(measureRecovery([...quick.slice(1), outage('a', 0, 99_000)]).p95Seconds).toBe(99);
  });
});

describe('downtime', () => {
  const period = { fromMs: 100, untilMs: 200 };

  test('is cut at the ends of the period', () => {
    const outages = [outage('a', 0, 110), outage('b', 190, null), outage('c', 0, 100)];
    expect([...measureDowntime(outages, period)]).toEqual([
      ['a', 10],
      ['b', 10],
    ]);
  });

  test('counts what overlaps once', () => {
    const outages = [outage('a', 150, 160), outage('a', 120, 155), outage('a', 130, 140)];
    expect(measureDowntime(outages, period).get('a')).toBe(40);
  });

  test('is the number of moments at which a VM is down', () => {
    const outages = fc.array(
      fc.tuple(fc.integer({ min: 80, max: 220 }), fc.option(fc.nat({ max: 60 }))),
    );
    fc.assert(
      fc.property(outages, (drawn) => {
        const own = drawn.map(([fromMs, ms]) =>
          outage('a', fromMs, ms === null ? null : fromMs + ms),
        );
        let downMs = 0;
        for (let at = period.fromMs; at < period.untilMs; at += 1) {
          const isDown = own.some(
            ({ fromMs, untilMs }) => fromMs <= at && (untilMs === null || at < untilMs),
          );
          if (isDown) downMs += 1;
        }
        expect(measureDowntime(own, period).get('a') ?? 0).toBe(downMs);
      }),
    );
  });
});
