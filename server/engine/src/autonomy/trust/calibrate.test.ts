/** Confidence by experience. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { calibrate, confidenceOf } from './calibrate.ts';

/** Decisions that are right as often as their margin, from 0 to 1, says. */
function measure(count: number) {
  const rng = makeRng('margins');
  return Array.from({ length: count }, () => {
    const margin = rng.next();
    return { margin, isConfirmed: rng.next() < margin };
  });
}

describe('a calibration', () => {
  test('finds how often decisions with a margin are right', () => {
    const steps = calibrate(measure(20_000));
    for (const margin of [0.1, 0.3, 0.5, 0.7, 0.9])
      expect(Math.abs(confidenceOf(steps, margin) - margin)).toBeLessThan(0.06);
  });

  test('is never less sure of a larger margin, and never entirely sure', () => {
    const steps = calibrate(measure(2_000));
    const rates = steps.map(({ rate }) => rate);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    const all = calibrate(measure(2_000).map((each) => ({ ...each, isConfirmed: true })));
    expect(confidenceOf(all, 100)).toBeLessThan(1);
  });

  test('of fewer decisions than it needs is sure of nothing', () => {
    expect(calibrate(measure(39))).toEqual([]);
    expect(confidenceOf([], 10)).toBe(0);
  });
});
